// The RPC's messages between a thread and the one that started it.
import type { MessagePort, Worker } from 'node:worker_threads'
import type { Transport } from '../../shared/rpc'

/** @param end the thread, or in it the port to its owner. */
export const threadTransport = (end: Worker | MessagePort): Transport => ({
  send: (message) => end.postMessage(message),
  onMessage: (listener) => end.on('message', listener),
})
