// Entry point of a worker thread that simulates random splits.
import { parentPort, workerData } from 'node:worker_threads'
import { simulateSplit } from '../core/simulation/split'
import type { SimulationWork } from './threads'

const { data, settings } = workerData as SimulationWork

parentPort?.on('message', (seed: number) =>
  parentPort?.postMessage(simulateSplit(data, settings, seed)),
)
