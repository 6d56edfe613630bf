// Entry point of a worker thread that analyses labels.
import { parentPort, workerData } from 'node:worker_threads'
import { analyseLabels, type Material } from '../core/labelAnalysis/analyse'

parentPort?.postMessage(analyseLabels(workerData as Material))
