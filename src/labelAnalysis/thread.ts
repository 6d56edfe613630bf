// The analysis on a thread of its own: seconds of computing must not hold up a key press.
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { Material } from '../core/labelAnalysis/analyse'
import type { LabelAnalysis } from '../shared/labelAnalysis'

/**
 * @param script the bundled worker, `dist/labelAnalysis.js`.
 * @throws AbortError; errors of the thread.
 */
export async function analyseInThread(
  material: Material,
  script: string,
  signal: AbortSignal,
): Promise<LabelAnalysis> {
  const worker = new Worker(script, { workerData: material })
  try {
    const [analysis] = (await once(worker, 'message', { signal })) as [LabelAnalysis]
    return analysis
  } finally {
    await worker.terminate()
  }
}
