// Entry point of a worker thread that simulates re-splits.
import { parentPort, workerData } from 'node:worker_threads'
import { simulateSplit } from '../core/simulation/split'
import type { SharedWork } from './threads'

const { data, settings } = workerData as SharedWork

parentPort?.on('message', (seed: number) =>
  parentPort?.postMessage(simulateSplit(data, settings, seed)),
)
