// Writes the figures of a run to a file that other programs read.
import { chartSheetSvg } from '../core/training/charts/chartSvg'
import { chartsOf } from '../core/training/charts/curves'
import { figuresCsv } from '../core/training/charts/figuresCsv'
import { methodOf } from '../core/training/methods/table'
import { writeNamedFile, writeThrough } from '../store/atomicFile'
import { STANDARD_OUTPUT } from '../store/files'
import { STEP_LABEL } from './report'
import type { TrainingRun } from './trainingRun'

/** `csv`: the numbers; `svg`: the charts, one below the other. */
export type FiguresFormat = 'csv' | 'svg'

/**
 * @param file in the place of an earlier one; {@link STANDARD_OUTPUT} writes to that.
 * @throws FailureError where the file cannot be written.
 */
export async function writeFigures(
  { file: { method }, history: { points } }: Pick<TrainingRun, 'file' | 'history'>,
  format: FiguresFormat,
  file: string,
): Promise<void> {
  const { figures } = methodOf(method)
  const text =
    format === 'csv'
      ? figuresCsv(figures, points)
      : chartSheetSvg(chartsOf(figures, points), STEP_LABEL)
  await (file === STANDARD_OUTPUT ? writeThrough : writeNamedFile)(file, [text])
}
