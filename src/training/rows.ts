// The rows that a run trains on: what the annotators prefer, with how each response was sampled.
// The one place that decides whether there is enough to train on.
import * as l10n from '@vscode/l10n'
import { desirabilities, type Desirability } from '../core/annotation/desirable'
import { answer } from '../core/export/format'
import { generatorsOf } from '../core/formats/modelSettings'
import type { OwnHyperparameters } from '../core/training/methods/method'
import type { AnnotatedPair, PairValues } from '../core/training/methods/method'
import { type MethodId, methodOf } from '../core/training/methods/table'
import {
  type LabelledRow,
  type PairRow,
  SELF_ANNOTATED,
  type TrainingRow,
} from '../core/training/row'
import { SELF_ANNOTATE } from '../core/training/methods/sgpo'
import { type Judge, judgedText, judgesOf, openJudge } from '../curation/annotators/judge'
import type { Curation } from '../curation/curation'
import type { PreferredPair, NamedAnnotators } from '../curation/dataSet/comparisons'
import type { Candidate, Prompt } from '../shared/domain'
import { type FailureError, failureError } from '../shared/errors'
import { type PromptedPair, unlabelledPairs } from './unlabelledPairs'

/** With one row there is nothing to compare. */
const FEWEST_ROWS = 2

/** What decides how many rows a run has. */
export interface RowsWanted {
  method: MethodId
  /** Those whose annotations count; by default all. */
  rounds?: readonly number[] | undefined
  /** By default everyone but the judges. */
  annotators?: NamedAnnotators | undefined
  /** Whether pairs that nobody has labelled count as well; by default they do not. */
  selfAnnotate?: boolean | undefined
  /** What becomes of rows that teach a cut-off response; by default they are left out. */
  cutOff?: string | undefined
}

/**
 * In prompt order, from the annotations of all annotators.
 * @throws FailureError `bad-input` when there are too few for a run, or one lacks what the method
 *   reads.
 */
export function trainingRows(
  curation: Curation,
  { own, ...wanted }: RowsWanted & { own: OwnHyperparameters },
): TrainingRow[] {
  requireRows(curation, wanted)
  const { rows, pairValues } = methodOf(wanted.method)
  if (rows === 'labelled')
    return judgedResponses(curation, wanted).map((response) => labelledRow(curation, response))
  const judge = judgeOf(curation, own)
  const labelled = judgedPairs(curation, wanted, judge).map((pair) =>
    pairRow(curation, pair, pairValues?.(pair, own)),
  )
  if (own[SELF_ANNOTATE] !== true) return labelled
  return [...labelled, ...unlabelledRows(curation, wanted)]
}

/** Pairs for the model of the earlier run to annotate, in the order of their selections. */
function unlabelledRows(curation: Curation, wanted: RowsWanted): PairRow[] {
  const pairs = unlabelledPairs(curation, wanted)
  if (pairs.length === 0) throw nothingToAnnotate(curation, wanted)
  return pairs.map((pair) => ({
    ...textsOf(pair),
    values: { [SELF_ANNOTATED]: true },
    ...originOf(curation, pair.chosen),
  }))
}

function nothingToAnnotate({ comparisons, paths }: Curation, { rounds }: RowsWanted): FailureError {
  const where = paths.output
  const open = comparisons.unlabelled(rounds).length
  if (open === 0)
    return failureError('bad-input', l10n.t`${SELF_ANNOTATE}: every pair is already labelled.`, {
      where,
      remedy: l10n.t('Generate and select more, or train on the labels alone.'),
    })
  const message = l10n.t`${SELF_ANNOTATE}: selections without a label: ${open}; no two of their responses can be compared, since they were cut off, are equal, or were compared elsewhere.`
  return failureError('bad-input', message, {
    where,
    remedy: l10n.t('Raise sampling.maxNewTokens and generate more, or train on the labels alone.'),
  })
}

/** How many rows a run would train on. */
export const countRows = (curation: Curation, wanted: RowsWanted): number =>
  countLabelled(curation, wanted) + countUnlabelled(curation, wanted)

function countLabelled(curation: Curation, { cutOff, ...wanted }: RowsWanted): number {
  const isTaught = (candidate: Candidate): boolean =>
    cutOff === 'keep' || endOf(candidate) !== 'length'
  switch (methodOf(wanted.method).rows) {
    case 'pairs':
      return curation.comparisons
        .pairs(wanted.rounds, wanted.annotators)
        .filter(({ chosen }) => isTaught(chosen)).length
    case 'labelled':
      return judgedResponses(curation, wanted).filter(
        ({ candidate, desirable }) => !desirable || isTaught(candidate),
      ).length
  }
}

const countUnlabelled = (curation: Curation, wanted: RowsWanted): number =>
  wanted.selfAnnotate === true ? unlabelledPairs(curation, wanted).length : 0

/**
 * How many rows a run would train on.
 * @throws FailureError `bad-input` when too few are labelled for a run, those counted that the run
 *   leaves out.
 */
export function requireRows(curation: Curation, wanted: RowsWanted): number {
  const count = countLabelled(curation, { ...wanted, cutOff: 'keep' })
  if (count >= FEWEST_ROWS) return countRows(curation, wanted)
  throw failureError(
    'bad-input',
    count === 0
      ? l10n.t`The data set has no rows; a run needs at least ${FEWEST_ROWS}.`
      : l10n.t`The data set has one row; a run needs at least ${FEWEST_ROWS}.`,
    {
      where: curation.paths.output,
      remedy:
        methodOf(wanted.method).rows === 'pairs'
          ? l10n.t('Label more selections first: ties, “all bad” and skips make no row.')
          : l10n.t('Label more selections first: ties and skips make no row.'),
    },
  )
}

type PairOfPool = AnnotatedPair & PreferredPair

/** The judge that a method reads; by default the only one that judged. null where there is none. */
function judgeOf(curation: Curation, { judge }: OwnHyperparameters): Judge | null {
  if (typeof judge === 'string') return openJudge(curation, judge)
  const declared = judgesOf(curation).map(({ name }) => name)
  const [only, ...others] = curation.store.judges.names.filter((name) => declared.includes(name))
  return only === undefined || others.length > 0 ? null : openJudge(curation, only)
}

/** The win probabilities of a judge by the ids of the compared candidates. */
function winsOf({ opinions }: Judge, candidates: readonly Candidate[]): AnnotatedPair['wins'] {
  const texts = new Map(candidates.map((one) => [one.id, judgedText(one)]))
  return (first, second) => {
    const [one, other] = [texts.get(first), texts.get(second)]
    return (one && other && opinions.pair(one, other)?.probability) ?? null
  }
}

/** A pool is read from the disk when a method asks for it: most do not. */
const judgedPairs = (
  { comparisons, store }: Curation,
  { rounds, annotators }: RowsWanted,
  judge: Judge | null,
): PairOfPool[] =>
  comparisons.pairs(rounds, annotators).map((pair) => ({
    ...pair,
    wins: judge && winsOf(judge, pair.candidates),
    get pool() {
      return store.candidates.pool(pair.prompt.id, pair.round)
    },
  }))

function pairRow(curation: Curation, pair: PairOfPool, found: PairValues | undefined): PairRow {
  if (found?.success === false)
    throw failureError('bad-input', found.message, { where: curation.paths.output })
  return {
    ...textsOf(pair),
    ...(found === undefined ? {} : { values: { ...found.values } }),
    ...originOf(curation, pair.chosen),
  }
}

const textsOf = ({ prompt, chosen, rejected }: PromptedPair): Omit<PairRow, 'values'> => ({
  promptId: prompt.id,
  prompt: prompt.messages,
  chosen: answer(chosen.text),
  rejected: answer(rejected.text),
  chosenEnd: endOf(chosen),
  rejectedEnd: endOf(rejected),
})

type JudgedResponse = Desirability<Candidate> & { prompt: Prompt }

const judgedResponses = (
  { comparisons }: Curation,
  { rounds, annotators }: RowsWanted,
): JudgedResponse[] =>
  comparisons
    .labelled(rounds, annotators)
    .flatMap(({ prompt, candidates, preferences }) =>
      desirabilities(candidates, preferences).map((response) => ({ ...response, prompt })),
    )

const labelledRow = (
  curation: Curation,
  { prompt, candidate, desirable }: JudgedResponse,
): LabelledRow => ({
  promptId: prompt.id,
  prompt: prompt.messages,
  completion: answer(candidate.text),
  completionEnd: endOf(candidate),
  values: { label: desirable },
  ...originOf(curation, candidate),
})

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
    generator: server === undefined ? { model } : { model, server },
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
