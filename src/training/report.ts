// Writes the report of a training run: a Markdown document, with its charts as pictures beside it.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { inspectionSchema } from '../core/training/inspection'
import { chartSvg } from '../core/training/charts/chartSvg'
import { chartsOf } from '../core/training/charts/curves'
import { methodOf } from '../core/training/methods/table'
import {
  baseSchema,
  type DataFacts,
  machineSchema,
  type ReportFacts,
} from '../core/training/report/facts'
import { runReport } from '../core/training/report/report'
import type { Curation } from '../curation/curation'
import { modelName } from '../curation/engine'
import { EMBEDDED_MODEL, isTrainableCopy } from '../processes/trainableModel'
import { writeNamedFile } from '../store/atomicFile'
import { readRecord, readTrainingRows, runPath, startOf } from './runFolder'
import type { TrainingRun } from './trainingRun'

export const STEP_LABEL = l10n.t('Optimiser step')

interface WrittenReport {
  file: string
  pictures: string[]
}

/**
 * Writes the document and its pictures, in the place of earlier ones.
 * @param file by default `report.md` in the folder of the run.
 * @throws FailureError where a file cannot be written.
 */
export async function writeReport(
  { paths }: Pick<Curation, 'paths'>,
  run: TrainingRun,
  file = runPath(run.folder, 'report'),
): Promise<WrittenReport> {
  const folder = path.dirname(file)
  const name = path.basename(file, path.extname(file))
  const pictures = chartsOf(methodOf(run.file.method).figures, run.history.points).map((chart) => ({
    title: chart.title,
    file: `${name}-${chart.curves[0]?.id ?? ''}.svg`,
    svg: chartSvg(chart, STEP_LABEL),
  }))
  for (const picture of pictures)
    await writeNamedFile(path.join(folder, picture.file), [picture.svg])
  const facts = await readFacts(run, paths)
  await writeNamedFile(file, [runReport({ ...facts, pictures })])
  return { file, pictures: pictures.map((picture) => path.join(folder, picture.file)) }
}

/** All that a report says of a run, but for its pictures. */
export async function readFacts(
  run: TrainingRun,
  { file: curation, base }: Pick<Curation['paths'], 'file' | 'base'>,
): Promise<Omit<ReportFacts, 'pictures'>> {
  const { folder, file, state, history, failure } = run
  return {
    file,
    state,
    history,
    failure,
    startedAt: startOf(file.id),
    inspection: await readRecord(runPath(folder, 'inspection'), inspectionSchema),
    base: await readRecord(runPath(folder, 'base'), baseSchema),
    machine: await readRecord(runPath(folder, 'machine'), machineSchema),
    regression: run.regression,
    data: await readData(folder),
    model: portableModel(file.model, base),
    curation: path.basename(curation),
  }
}

/** The model as a command in the folder of the curation names it. */
function portableModel(model: string, base: string): string {
  if (isTrainableCopy(model)) return EMBEDDED_MODEL
  const relative = path.relative(base, model)
  const isBelow = path.isAbsolute(model) && !path.isAbsolute(relative) && !/^\.\./.test(relative)
  return isBelow ? `./${relative.split(path.sep).join('/')}` : model
}

async function readData(folder: string): Promise<DataFacts | null> {
  const rows = await readTrainingRows(folder)
  if (rows === null) return null
  const sources = new Map<string, number>()
  for (const { generator } of rows) {
    const name = generator === undefined ? l10n.t('imported') : sourceName(generator)
    sources.set(name, (sources.get(name) ?? 0) + 1)
  }
  return {
    rows: rows.length,
    prompts: new Set(rows.map(({ promptId }) => promptId)).size,
    sources: [...sources]
      .map(([name, count]) => ({ name, rows: count }))
      .toSorted((a, b) => b.rows - a.rows || (a.name < b.name ? -1 : 1)),
  }
}

const sourceName = ({ model, server }: { model: string; server?: string }): string =>
  server === undefined ? modelName(model) : l10n.t`${modelName(model)} at ${server}`
