// Which prompts the models of an evaluation may have been trained on: all others are held out.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { DEFAULT_HELD_OUT, heldOutPrompts } from '../core/export/split'
import { type ModelChoice, runOfModel } from '../core/formats/modelSettings'
import { DATA_FILE } from '../core/training/runFile'
import { isSelfAnnotated, type TrainingRow } from '../core/training/row'
import type { Curation } from '../curation/curation'
import type { Prompt } from '../shared/domain'
import { failureError } from '../shared/errors'
import { findRun } from '../training/listRuns'
import { readTrainingRows } from '../training/runFolder'
import type { TrainingRun } from '../training/trainingRun'

/**
 * The prompts of a curation that none of the models was trained on, in file order: those without a
 * row in the data of their training runs, and those that the runs held out. Where no model is that
 * of a run, those that a run of the current labels would not train on.
 * @throws FailureError of the files of a run.
 */
export async function heldOutOf(
  curation: Curation,
  models: readonly ModelChoice[],
): Promise<Prompt[]> {
  const ids = models.flatMap((choice) => idOfRun(curation, choice) ?? [])
  const trained = new Set<string>()
  for (const run of await withAncestors(curation, ids))
    for (const promptId of await trainedOn(run)) trained.add(promptId)
  if (ids.length === 0)
    for (const promptId of trainedPart(labelled(curation), DEFAULT_HELD_OUT, 0))
      trained.add(promptId)
  return curation.prompts.filter(({ id }) => !trained.has(id))
}

const labelled = ({ comparisons }: Curation): string[] =>
  comparisons.pairs().map(({ prompt }) => prompt.id)

/** A server calls the model of a run by the run’s id, which a round of the curation names. */
function idOfRun({ rounds }: Curation, { model, server }: ModelChoice): string | undefined {
  if (server === undefined) return runOfModel(model)
  return rounds.find(({ run }) => run === model)?.run ?? undefined
}

/** The runs, and those that their base models are from. */
async function withAncestors({ paths }: Curation, ids: readonly string[]): Promise<TrainingRun[]> {
  const found = new Map<string, TrainingRun>()
  const open = [...ids]
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (found.has(id)) continue
    const run = await findRun(paths.runs, id)
    found.set(id, run)
    const [base = ''] = path.relative(paths.runs, run.file.model).split(path.sep)
    if (base !== '' && base !== '..' && !path.isAbsolute(base)) open.push(base)
  }
  return [...found.values()]
}

async function trainedOn({ folder, file, history }: TrainingRun): Promise<string[]> {
  const rows = await rowsOf(folder)
  const [own, byAnnotators] = [
    rows.filter(isSelfAnnotated),
    rows.filter((r) => !isSelfAnnotated(r)),
  ]
  const { rows: kept, heldOutRows, selfAnnotatedRows } = history
  const trained = kept === null ? byAnnotators.length : kept - selfAnnotatedRows + heldOutRows
  const missing = Math.max(0, byAnnotators.length - trained)
  return trainedPart(byAnnotators.map(promptOf), file.common.heldOut, missing, own.map(promptOf))
}

/**
 * @param missing rows that the run left out, such as those that are too long.
 * @param others prompts of rows that a run holds out only where it holds out a labelled row.
 */
function trainedPart(
  promptIds: readonly string[],
  share: number,
  missing: number,
  others: readonly string[] = [],
): string[] {
  const heldOut = heldOutPrompts(promptIds, share, missing)
  return [...promptIds, ...others].filter((id) => !heldOut.has(id))
}

const promptOf = ({ promptId }: TrainingRow): string => promptId

/** @throws FailureError `not-found` or `bad-input` with the path of the rows. */
async function rowsOf(folder: string): Promise<TrainingRow[]> {
  const rows = await readTrainingRows(folder)
  if (rows) return rows
  throw failureError('not-found', l10n.t('The rows of the run are missing.'), {
    where: path.join(folder, DATA_FILE),
    remedy: l10n.t('Restore the file: it says which prompts the model was trained on.'),
  })
}
