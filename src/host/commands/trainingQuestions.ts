// The questions before a training run: model, method, hyper-parameters, and whether to start
// although rows are left out.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import * as vscode from 'vscode'
import { plannedSteps } from '../../core/training/defaults'
import { planSentence, rowCount } from '../../core/training/estimate'
import {
  type CommonHyperparameters,
  type Hyperparameters,
  hyperparameterDescriptions,
  parseHyperparameters,
  type ParsedHyperparameters,
} from '../../core/training/hyperparameters'
import { METHOD_IDS, METHODS, type MethodId } from '../../core/training/methods/table'
import { modelName } from '../../curation/engine'
import { givenModel } from '../../processes/givenPaths'
import { EMBEDDED_MODEL } from '../../processes/trainableModel'
import type { PreparedRun } from '../../training/prepareRun'
import { enter, type Item, pick } from '../questions/input'
import { askModel, type OfferedModel } from '../questions/model'
import { type Answer, given, mapAnswer, type Place, type Question } from '../questions/sequence'
import { workspaceFolder } from '../settings'

export interface TrainingAnswers {
  /** A folder in Hugging Face format, or a hub id. */
  model: string
  method: MethodId
  /** The hyper-parameters that the user changed, as typed. */
  changed: Readonly<Record<string, string>>
}

export const FIRST_ANSWERS: TrainingAnswers = { model: '', method: 'dpo', changed: {} }

/** Opens the rows that these answers would train on. */
type ShowRows = (answers: TrainingAnswers) => Promise<void>

/** How many rows a run with a method would have. */
type CountRows = (method: MethodId) => number

export const trainingQuestions = (
  countRows: CountRows,
  showRows: ShowRows,
): readonly Question<TrainingAnswers>[] => [
  { ask: askTrainedModel },
  {
    applies: () => METHOD_IDS.length > 1,
    ask: (answers, place) => askMethod(answers, place, countRows),
  },
  {
    ask: (answers, place) =>
      reviewHyperparameters(answers, place, countRows(answers.method), showRows),
  },
]

/** The values of all hyper-parameters. */
export function hyperparametersOf(
  { method, changed }: TrainingAnswers,
  rows: number,
): Hyperparameters {
  const parsed = parseHyperparameters(method, rows, changed)
  if (!parsed.success) throw new Error(parsed.message) // a change is parsed before it is taken
  return parsed.values
}

async function askTrainedModel(
  answers: TrainingAnswers,
  place: Place,
): Promise<Answer<TrainingAnswers>> {
  const answer = await askModel(place, {
    placeholder: l10n.t('Which model is trained?'),
    offered: await trainableModels(),
    folderHolds: l10n.t('a model in Hugging Face format'),
    hubExample: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    current: { kind: 'model', model: answers.model },
  })
  return mapAnswer(answer, (source) => ({
    ...answers,
    model: source.kind === 'model' ? givenModel(source.model, workspaceFolder()) : '',
  }))
}

/** Folders of the workspace with PyTorch weights, then the embedded model. */
async function trainableModels(): Promise<OfferedModel[]> {
  const weights = await vscode.workspace.findFiles(
    '**/*.safetensors',
    '{**/node_modules/**,**/*.aepo/**}',
    50,
  )
  const folders = [...new Set(weights.map((file) => path.dirname(file.fsPath)))]
  return [
    ...folders.map((model) => ({
      label: vscode.workspace.asRelativePath(model),
      description: l10n.t('in this workspace'),
      model,
    })),
    {
      label: l10n.t('{0} (embedded)', modelName(EMBEDDED_MODEL)),
      description: l10n.t('the model that comes with the extension'),
      model: EMBEDDED_MODEL,
    },
  ]
}

async function askMethod(
  answers: TrainingAnswers,
  place: Place,
  countRows: CountRows,
): Promise<Answer<TrainingAnswers>> {
  const items = Object.values(METHODS).map(({ id, label, summary, rows }): Item<MethodId> => ({
    label,
    description: rowCount(rows, countRows(id)),
    detail: summary,
    value: id,
  }))
  const answer = await pick<MethodId>(place, items, {
    placeholder: l10n.t('Training method'),
    current: answers.method,
  })
  return mapAnswer(answer, (method) => ({
    ...answers,
    method,
    changed: ofMethod(method, answers.changed),
  }))
}

const ofMethod = (
  method: MethodId,
  changed: TrainingAnswers['changed'],
): TrainingAnswers['changed'] =>
  Object.fromEntries(
    Object.entries(changed).filter(([key]) => hyperparameterDescriptions(method).has(key)),
  )

/** Shows every hyper-parameter with its value, until the user starts the run. */
async function reviewHyperparameters(
  start: TrainingAnswers,
  place: Place,
  rows: number,
  showRows: ShowRows,
): Promise<Answer<TrainingAnswers>> {
  let answers = start
  for (;;) {
    const values = hyperparametersOf(answers, rows)
    const choice = await pick(place, reviewItems(answers.method, values, rows), {
      placeholder: l10n.t('Start, or choose a value to change it'),
    })
    if (choice.kind === 'cancelled') return choice
    if (choice.kind === 'back') return choice
    if (choice.value === 'start') return given(answers)
    if (choice.value === 'rows') {
      await showRows(answers)
      continue
    }
    const changed = await askHyperparameter(answers, place, choice.value.key, rows)
    if (changed.kind === 'cancelled') return changed
    if (changed.kind === 'given') answers = changed.value
  }
}

type ReviewChoice = 'start' | 'rows' | { key: string }

function reviewItems(
  method: MethodId,
  values: Hyperparameters,
  rows: number,
): Item<ReviewChoice>[] {
  const flat = flatten(values)
  return [
    { label: l10n.t('$(play) Start'), description: summary(method, rows, values), value: 'start' },
    { label: l10n.t('$(list-flat) Show Rows as Tokens'), value: 'rows' },
    ...Array.from(hyperparameterDescriptions(method), ([key, detail]) => ({
      label: key,
      description: String(flat[key]),
      detail,
      value: { key },
    })),
  ]
}

async function askHyperparameter(
  answers: TrainingAnswers,
  place: Place,
  key: string,
  rows: number,
): Promise<Answer<TrainingAnswers>> {
  const withText = (text: string): TrainingAnswers => ({
    ...answers,
    changed: { ...answers.changed, [key]: text },
  })
  const parse = ({ method, changed }: TrainingAnswers): ParsedHyperparameters =>
    parseHyperparameters(method, rows, changed)
  const answer = await enter(
    { ...place, canGoBack: true },
    {
      prompt: key,
      value: String(flatten(hyperparametersOf(answers, rows))[key]),
      problem: (text) => {
        const parsed = parse(withText(text))
        return parsed.success ? undefined : parsed.message
      },
    },
  )
  return mapAnswer(answer, withText)
}

const flatten = ({ own, common }: Hyperparameters): Record<string, unknown> => ({
  ...own,
  ...common,
})

/**
 * Asks whether to start although rows are left out or cut; undefined when the user cancelled. A run
 * that is refused cannot be started as it is.
 */
export async function confirmProblems(
  { inspection, plan, refusal }: PreparedRun,
  { cutOff }: Pick<CommonHyperparameters, 'cutOff'>,
): Promise<'start' | 'show-rows' | 'keep-cut-off' | undefined> {
  const start = l10n.t('Start Run')
  const keep = l10n.t('Keep Cut-Off Rows')
  const show = l10n.t('Show Rows')
  const { rows, kept, problems } = inspection
  const leavesOutCutOff = cutOff === 'leave-out' && problems.some(({ kind }) => kind === 'cut-off')
  const used = l10n.t('{0} of {1} rows are used.', kept, rows)
  const choice = await vscode.window.showWarningMessage(
    refusal ? l10n.t('This run cannot start.') : l10n.t('Start this run? {0}.', plan),
    { modal: true, detail: [used, ...problems.map(({ message }) => message)].join('\n') },
    ...(refusal ? [] : [start]),
    ...(leavesOutCutOff ? [keep] : []),
    show,
  )
  if (choice === start) return 'start'
  if (choice === keep) return 'keep-cut-off'
  return choice === show ? 'show-rows' : undefined
}

/** "14 pairs, 56 steps · LoRA 16 · learning rate 0.0001", from the number of rows alone. */
function summary(method: MethodId, rows: number, { common }: Hyperparameters): string {
  const steps = plannedSteps(rows, common)
  return [
    planSentence({ kind: METHODS[method].rows, rows, heldOut: 0, steps, seconds: null }),
    common.lora ? `LoRA ${common.loraRank}` : l10n.t('all weights'),
    l10n.t('learning rate {0}', common.learningRate),
  ].join(' · ')
}
