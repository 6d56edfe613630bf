// How long a run will take, from the runs before it, and the sentence that announces it.
import type { RunFile } from './runFile'

/** An earlier run and what a step of it took. */
export interface MeasuredRun {
  file: Pick<RunFile, 'model' | 'common'> & { method: string }
  secondsPerStep: number
}

/**
 * Seconds for this many steps, from the latest earlier run of the same method, model and length
 * limit; its steps count by their rows. null where there is none.
 * @param earlier oldest first.
 */
export function estimatedSeconds(
  file: MeasuredRun['file'],
  steps: number,
  earlier: readonly MeasuredRun[],
): number | null {
  const like = earlier.findLast(
    (run) =>
      run.file.method === file.method &&
      run.file.model === file.model &&
      run.file.common.lora === file.common.lora &&
      run.file.common.maxLength === file.common.maxLength,
  )
  return like ? (steps * like.secondsPerStep * rowsPerStep(file)) / rowsPerStep(like.file) : null
}

const rowsPerStep = ({ common }: MeasuredRun['file']): number =>
  common.batchSize * common.gradientAccumulation

/** "14 pairs, 2 of them held out, 56 steps, about 4 minutes". */
export function planSentence(plan: {
  pairs: number
  heldOut: number
  steps: number
  seconds: number | null
}): string {
  const { pairs, heldOut, steps, seconds } = plan
  return [
    countOf(pairs, 'pair'),
    ...(heldOut > 0 ? [`${heldOut} of them held out`] : []),
    countOf(steps, 'step'),
    ...(seconds === null ? [] : [`about ${roughDuration(seconds)}`]),
  ].join(', ')
}

const countOf = (n: number, one: string): string => `${n} ${n === 1 ? one : `${one}s`}`

function roughDuration(seconds: number): string {
  if (seconds < 55) return `${Math.max(10, Math.round(seconds / 10) * 10)} seconds`
  const minutes = Math.max(1, Math.round(seconds / 60))
  return minutes < 120 ? countOf(minutes, 'minute') : `${Math.round(minutes / 60)} hours`
}
