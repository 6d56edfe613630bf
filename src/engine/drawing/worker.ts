// Entry point of a worker thread that draws tokens.
import { parentPort, workerData } from 'node:worker_threads'
import { TokenSampler } from '../../core/sampling/tokenSampler'
import { drawRows } from './rows'
import type { ThreadShare } from './threads'

const sampler = new TokenSampler(workerData as number)

parentPort?.on('message', ({ logits, rows }: ThreadShare) =>
  parentPort?.postMessage(drawRows(sampler, logits, rows)),
)
