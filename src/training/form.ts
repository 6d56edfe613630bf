// The form before a training run: what can be chosen, what follows from it, and what a person
// should look at first.
import * as l10n from '@vscode/l10n'
import { defaultCommon, plannedSteps } from '../core/training/settings/defaults'
import type { TrainingChoice } from '../core/training/settings/choice'
import { memorySentence, planSentence, countedTrainingRows } from '../core/training/needs/estimate'
import { fieldGroups } from '../core/training/settings/formFields'
import {
  ACCELERATE_CONFIG,
  type Hyperparameters,
  parseHyperparameters,
} from '../core/training/settings/hyperparameters'
import { METHOD_IDS, type MethodId, METHODS } from '../core/training/methods/table'
import { rowLengths } from '../core/training/needs/needs'
import { SELF_ANNOTATE } from '../core/training/methods/sgpo'
import { PRESETS } from '../core/training/settings/presets'
import { byteText } from '../core/training/report/numbers'
import { type RowKind, teachesCutOff, type TrainingRow } from '../core/training/row'
import { checkRows, MOST_LISTED } from '../core/training/rowChecks'
import type { Curation } from '../curation/curation'
import { describeFailure, toFailure } from '../shared/errors'
import type {
  FieldNote,
  ModelOffer,
  TrainingRowFinding,
  TrainingForm,
} from '../shared/trainingForm'
import type { RunRequest } from './prepareRun'
import { accelerateNote, withAccelerateFile } from './accelerateFile'
import { type EstimateFacts, runNeeds, type RunNeeds } from './needs'
import { countRows, requireRows, type RowsWanted, trainingRows } from './rows'

export interface FormInput {
  choice: TrainingChoice
  /** Beside the chosen one. */
  models: readonly ModelOffer[]
  /** Ids of the runs that a run can continue from, the newest first. */
  runs?: readonly string[]
  isPreparing: boolean
  /** Where relative paths begin; without it the folder of the curation file. */
  folder?: string | undefined
  /** Without them neither time nor memory is estimated. */
  facts?: EstimateFacts
}

export function trainingForm(curation: Curation, input: FormInput): TrainingForm {
  const { choice, models, runs, isPreparing, folder = curation.paths.base } = input
  const count = countRows(curation, wantedOf(choice))
  const { values, problem: wrong } = valuesOf(choice, count, folder)
  const { rows, problem: lacking } = rowsOf(curation, choice, values)
  const problem = wrong ?? lacking
  const isLeftOut = (row: TrainingRow): boolean =>
    values.common.cutOff === 'leave-out' && teachesCutOff(row)
  const trained = rows.filter((row) => !isLeftOut(row))
  const needs = needsOf(trained, values, input)
  return {
    models,
    model: choice.model,
    methods: methodOffers(curation, choice),
    method: choice.method,
    rounds: roundsOf(curation, choice),
    presets: PRESETS.map(({ id, label, meaning }) => ({ id, label, meaning })),
    groups: withTyped(
      fieldGroups(choice.method, values, new Set(Object.keys(choice.changed)), runs),
      choice,
      accelerateNote(choice.changed, folder),
    ),
    plan: problem === null ? planOf(choice.method, count, values, needs) : '',
    problem,
    findings: [
      ...tooMuchMemory(needs),
      ...leftOutFinding(curation, rows.filter(isLeftOut)),
      ...tooFewForABatch(trained, values),
      ...findingsOf(curation, trained),
    ],
    isPreparing,
  }
}

/**
 * The run as it was chosen.
 * @param folder where relative paths begin.
 * @throws FailureError `bad-input` when there are too few rows; Error for a value that is wrong,
 *   which {@link trainingForm} says.
 */
export function requestOf(
  curation: Curation,
  choice: TrainingChoice,
  folder = curation.paths.base,
): RunRequest {
  const { method, model, changed, rounds } = choice
  const rowCount = requireRows(curation, wantedOf(choice))
  const parsed = parseHyperparameters(method, rowCount, withAccelerateFile(changed, folder))
  if (!parsed.success) throw new Error(parsed.message)
  return { method, model, ...(rounds === undefined ? {} : { rounds }), ...parsed.values }
}

const wantedOf = ({ method, rounds, changed }: TrainingChoice): RowsWanted => ({
  method,
  rounds,
  selfAnnotate: changed[SELF_ANNOTATE] === 'true',
  cutOff: changed['cutOff'],
})

/** With one round there is nothing to choose. */
function roundsOf({ rounds }: Curation, choice: TrainingChoice): TrainingForm['rounds'] {
  if (rounds.length < 2) return []
  return rounds.map(({ number }) => ({
    number,
    isChosen: choice.rounds?.includes(number) ?? true,
  }))
}

function methodOffers(curation: Curation, choice: TrainingChoice): TrainingForm['methods'] {
  const counted = new Map<RowKind, string>()
  return METHOD_IDS.map((id) => {
    const { label, summary, paper, rows: kind } = METHODS[id]
    const wanted = { ...wantedOf(choice), method: id, selfAnnotate: false }
    const rows = counted.get(kind) ?? countedTrainingRows(kind, countRows(curation, wanted))
    counted.set(kind, rows)
    return { id, label, meaning: `${summary} ${paper.title} (arXiv ${paper.arxiv})`, rows }
  })
}

/** The rows of the run, and one sentence where there are too few or they lack what it reads. */
function rowsOf(
  curation: Curation,
  { method, rounds }: TrainingChoice,
  { own }: Hyperparameters,
): { rows: TrainingRow[]; problem: string | null } {
  try {
    return { rows: trainingRows(curation, { method, own, rounds }), problem: null }
  } catch (thrown) {
    return { rows: [], problem: describeFailure(toFailure(thrown)) }
  }
}

/** With wrong values: those that follow without them. */
function valuesOf(
  { method, changed }: TrainingChoice,
  rows: number,
  folder: string,
): { values: Hyperparameters; problem: string | null } {
  const given = withAccelerateFile(changed, folder)
  const parsed = parseHyperparameters(method, rows, given)
  if (parsed.success) return { values: parsed.values, problem: null }
  const valid = Object.entries(given).filter(
    ([key, value]) => parseHyperparameters(method, rows, { [key]: value }).success,
  )
  const others = parseHyperparameters(method, rows, Object.fromEntries(valid))
  const values = others.success ? others.values : { own: {}, common: defaultCommon(rows) }
  return { values, problem: parsed.message }
}

/** A wrong value and a relative path stay as they were typed. */
const withTyped = (
  groups: TrainingForm['groups'],
  { changed }: TrainingChoice,
  note: FieldNote | null,
): TrainingForm['groups'] =>
  groups.map((group) => ({
    ...group,
    fields: group.fields.map((field) => ({
      ...field,
      value: changed[field.key] ?? field.value,
      ...(note !== null && field.key === ACCELERATE_CONFIG ? { note } : {}),
    })),
  }))

/** "14 pairs, 56 steps · LoRA 16 · learning rate 0.0001", from the number of rows alone. */
function planOf(
  method: MethodId,
  rows: number,
  { common }: Hyperparameters,
  { time, memory }: RunNeeds,
): string {
  if (rows === 0) return countedTrainingRows(METHODS[method].rows, rows)
  const steps = plannedSteps(rows, common)
  const { seconds = null, isRough = false } = time ?? {}
  return [
    planSentence({ kind: METHODS[method].rows, rows, heldOut: 0, steps, seconds, isRough }),
    ...(memory ? [l10n.t`about ${byteText(memory.needed)} of memory`] : []),
    common.lora ? l10n.t`LoRA ${common.loraRank}` : l10n.t('all weights'),
    l10n.t`learning rate ${common.learningRate}`,
  ].join(' · ')
}

function needsOf(
  rows: readonly TrainingRow[],
  { common }: Hyperparameters,
  { choice: { method }, facts }: FormInput,
): RunNeeds {
  if (!facts) return { memory: null, time: null }
  const file = { method, model: facts.model, common }
  return runNeeds(
    file,
    plannedSteps(rows.length, common),
    rowLengths(rows, common.maxLength),
    facts,
  )
}

function tooMuchMemory({ memory }: RunNeeds): TrainingRowFinding[] {
  const found = memory && memorySentence(memory)
  return found?.isTooMuch === true ? [{ message: found.text, positions: [] }] : []
}

function tooFewForABatch(
  rows: readonly TrainingRow[],
  { common }: Hyperparameters,
): TrainingRowFinding[] {
  const { batchSize, gradientAccumulation, processes } = common
  const step = batchSize * gradientAccumulation * processes
  return rows.length > 0 && rows.length < step
    ? [
        {
          message: l10n.t`One step takes ${step} rows, and the run has ${rows.length}.`,
          positions: [],
        },
      ]
    : []
}

function leftOutFinding(curation: Curation, leftOut: readonly TrainingRow[]): TrainingRowFinding[] {
  const message = l10n.t`Rows left out, since the response that they teach was cut off: ${leftOut.length}. Set cutOff to keep to train on them.`
  const shown = leftOut.slice(0, MOST_LISTED)
  return leftOut.length === 0 ? [] : [{ message, positions: placesOf(curation, shown) }]
}

const findingsOf = (curation: Curation, rows: readonly TrainingRow[]): TrainingRowFinding[] =>
  checkRows(rows).map(({ message, rows: indices }) => ({
    message,
    positions: placesOf(
      curation,
      indices.flatMap((index) => rows[index] ?? []),
    ),
  }))

const placesOf = (curation: Curation, rows: readonly TrainingRow[]): number[] => [
  ...new Set(rows.map(({ promptId }) => curation.placeOf(promptId))),
]
