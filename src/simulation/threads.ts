// Random splits on several threads. Each is a function of its seed, so the result does not depend
// on the thread.
import { once } from 'node:events'
import os from 'node:os'
import { Worker } from 'node:worker_threads'
import type { SimulationData } from '../core/simulation/data'
import type { SimulationSettings } from '../core/simulation/settings'
import type { SplitOutcome } from '../core/simulation/split'

export interface SimulationWork {
  data: SimulationData
  settings: SimulationSettings
}

export interface ThreadOptions {
  /** The bundled worker, `dist/simulation.js`. */
  script: string
  signal: AbortSignal
  onProgress: (done: number, total: number) => void
}

/** The outcomes of random splits with seeds 1 … `seeds`, in that order. */
export async function simulateSplits(
  work: SimulationWork,
  seeds: number,
  { script, signal, onProgress }: ThreadOptions,
): Promise<SplitOutcome[]> {
  const outcomes: SplitOutcome[] = []
  let next = 0
  let done = 0
  async function run(worker: Worker): Promise<void> {
    while (next < seeds) {
      const place = next++
      worker.postMessage(place + 1)
      const [outcome] = (await once(worker, 'message', { signal })) as [SplitOutcome]
      outcomes[place] = outcome
      onProgress(++done, seeds)
    }
  }
  const threads = Math.min(seeds, os.availableParallelism())
  const workers = Array.from({ length: threads }, () => new Worker(script, { workerData: work }))
  try {
    await Promise.all(workers.map(run))
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
  return outcomes
}
