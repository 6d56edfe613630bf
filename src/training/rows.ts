// The rows that a run trains on: what the annotators prefer, with how each response was sampled.
// The one place that decides whether there is enough to train on.
import * as l10n from '@vscode/l10n'
import { generatorsOf } from '../core/formats/modelSettings'
import type { TrainingRow } from '../core/training/row'
import type { Curation } from '../curation/curation'
import type { PreferredPair } from '../curation/dataSet'
import { resolveModel } from '../curation/engine'
import type { Candidate } from '../shared/domain'
import { failureError } from '../shared/errors'

/** With one row there is nothing to compare. */
const FEWEST_ROWS = 2

/**
 * In prompt order, from the annotations of all annotators.
 * @param rounds those whose annotations count; by default all.
 * @throws FailureError `bad-input` when there are too few for a run.
 */
export function trainingRows(curation: Curation, rounds?: readonly number[]): TrainingRow[] {
  const rows = curation.dataSet.pairs(rounds).map((pair) => rowOf(curation, pair))
  if (rows.length < FEWEST_ROWS)
    throw failureError(
      'bad-input',
      rows.length === 0
        ? l10n.t`The data set has no rows; a run needs at least ${FEWEST_ROWS}.`
        : l10n.t`The data set has one row; a run needs at least ${FEWEST_ROWS}.`,
      {
        where: curation.paths.output,
        remedy: l10n.t('Label more selections first: ties, “all bad” and skips make no row.'),
      },
    )
  return rows
}

function rowOf(curation: Curation, { prompt, chosen, rejected }: PreferredPair): TrainingRow {
  return {
    promptId: prompt.id,
    prompt: prompt.messages,
    chosen: [{ role: 'assistant', content: chosen.text }],
    rejected: [{ role: 'assistant', content: rejected.text }],
    chosenEnd: endOf(chosen),
    rejectedEnd: endOf(rejected),
    ...originOf(curation, chosen),
  }
}

/**
 * Why a response ends. An imported one whose thought is not closed was cut off, whatever the file
 * says: nothing was answered.
 */
const endOf = ({ finishReason, text }: Candidate): Candidate['finishReason'] =>
  finishReason === 'imported' && hasOpenThought(text) ? 'length' : finishReason

const hasOpenThought = (text: string): boolean =>
  text.trimStart().startsWith('<think>') && !text.includes('</think>')

/** How a response was sampled. */
function originOf(
  curation: Curation,
  { generationId }: Candidate,
): Pick<TrainingRow, 'template' | 'generator'> {
  const generation = curation.store.candidates.generation(generationId)
  if (!generation || generation.sampling === null) return importedTemplate(curation)
  const { model, server, template } = generation
  return {
    ...(template === undefined ? {} : { template }),
    generator:
      server === undefined ? { model: resolveModel(model, curation.paths) } : { model, server },
  }
}

/**
 * Imported responses have no settings of their own: the trained model will be sampled from with the
 * template options of the curation, so it is trained with them.
 */
function importedTemplate({ settings }: Curation): Pick<TrainingRow, 'template'> {
  const [generator, ...others] = generatorsOf(settings)
  const template = others.length === 0 ? generator?.template : undefined
  return template === undefined ? {} : { template }
}
