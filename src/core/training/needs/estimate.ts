// How long a run will take, from the runs before it, and the sentence that announces it.
import * as l10n from '@vscode/l10n'
import { countedPairs } from '../../counted'
import { roughDuration } from '../../duration'
import { byteText } from '../report/numbers'
import type { RowKind } from '../row'
import type { RunFile } from '../runFile'

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

/** "14 pairs, 2 of them held out, 56 steps, about 4 minutes". @param plan.isRough a guess. */
export function planSentence(plan: {
  kind: RowKind
  rows: number
  heldOut: number
  steps: number
  seconds: number | null
  isRough?: boolean
}): string {
  const { kind, rows, heldOut, steps, seconds, isRough = false } = plan
  return [
    countedTrainingRows(kind, rows),
    ...(heldOut > 0 ? [l10n.t`${heldOut} of them held out`] : []),
    steps === 1 ? l10n.t('1 step') : l10n.t`${steps} steps`,
    ...(seconds === null ? [] : [duration(seconds, isRough)]),
  ].join(', ')
}

const duration = (seconds: number, isRough: boolean): string =>
  isRough ? l10n.t`very roughly ${roughDuration(seconds)}` : l10n.t`about ${roughDuration(seconds)}`

/** A sentence, and whether the memory that is free is too little. */
export function memorySentence({
  needed,
  free,
  device,
}: {
  needed: number
  free: number
  device: 'cpu' | 'gpu'
}): { text: string; isTooMuch: boolean } {
  const size = byteText(needed)
  if (device === 'gpu')
    return { text: l10n.t`The run needs about ${size} of GPU memory.`, isTooMuch: false }
  const isTooMuch = needed > free
  return {
    text: isTooMuch
      ? l10n.t`The run needs about ${size} of memory, and ${byteText(free)} are free: a lower batchSize or maxLength takes less.`
      : l10n.t`The run needs about ${size} of memory; ${byteText(free)} are free.`,
    isTooMuch,
  }
}

/** "14 pairs". */
export function countedTrainingRows(kind: RowKind, count: number): string {
  switch (kind) {
    case 'pairs':
      return countedPairs(count)
    case 'labelled':
      return count === 1 ? l10n.t('1 response') : l10n.t`${count} responses`
  }
}
