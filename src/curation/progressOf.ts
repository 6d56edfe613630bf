// How far work is that has no rate of tokens, as its caller shows it.
import { ProgressEstimate } from '../core/progress'
import type { Activity } from '../shared/curationViews'

export type WorkProgress = Omit<Activity, 'kind'>

/** A function to call with what is done and the total; reports them with the time left. */
export function progressOf(
  sentence: string,
  onProgress: (progress: WorkProgress) => void,
): (done: number, total: number) => void {
  const estimate = new ProgressEstimate()
  const started = process.hrtime.bigint()
  return (done, total) => {
    estimate.add(Number(process.hrtime.bigint() - started) / 1e9, done)
    onProgress({
      sentence,
      done,
      total,
      tokensPerSecond: null,
      secondsLeft: estimate.secondsLeft(total),
    })
  }
}
