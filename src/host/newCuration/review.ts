// The last question of New Curation…: shows what was read of the file and how long generation will
// take, and lets the user change each answer.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import type * as vscode from 'vscode'
import { countedPrompts, countedTokens } from '../../core/counted'
import { roughDuration } from '../../core/duration'
import { longestSamplingTime } from '../../core/sampling/samplingTime'
import { modelName } from '../../curation/engine'
import { heading, type Item, pick } from '../questions/input'
import type { ModelSource } from '../questions/model'
import { askPromptField, askSystemField } from '../questions/prompts'
import {
  type QuestionAnswer,
  given,
  type QuestionPlace,
  type Question,
} from '../questions/sequence'
import type { ServerServices } from '../questions/server'
import { type CurationAnswers, targetFile } from './answers'
import { type ReadPrompts, readPrompts } from './readPrompts'
import { askCandidates, askGenerator, askLongest, askShown } from './questions'
import { askName, targetOf } from './target'

type Ask = Question<CurationAnswers>['ask']
type Choice = 'create' | 'back' | Ask
type Row = Item<Choice> | vscode.QuickPickItem

/** @param speedOf tokens per second of a model, null where it is not known. */
export const reviewQuestion = (
  services: ServerServices,
  speedOf: (source: ModelSource) => number | null,
): Question<CurationAnswers> => ({
  ask: async (start, place) => {
    let answers = start
    for (;;) {
      const choice = await askToCreate(services, answers, place, speedOf(answers.source))
      if (choice.kind !== 'given') return choice
      if (choice.value === 'create') return given(answers)
      if (choice.value === 'back') return { kind: 'back' }
      const changed = await choice.value(answers, { ...place, canGoBack: true })
      if (changed.kind === 'cancelled') return changed
      if (changed.kind === 'given') answers = changed.value
    }
  },
})

async function askToCreate(
  services: ServerServices,
  answers: CurationAnswers,
  place: QuestionPlace,
  tokensPerSecond: number | null,
): Promise<QuestionAnswer<Choice>> {
  const read = await readPrompts(answers)
  const rows: Row[] = [
    ...(read.prompts > 0 ? [createItem(answers, read.prompts, tokensPerSecond)] : []),
    ...promptItems(answers, read),
    ...settingItems(services, answers),
  ]
  return pick<Choice>(place, rows, {
    placeholder:
      read.prompts > 0
        ? l10n.t('Create the curation, or choose a value to change it')
        : l10n.t('The file gives no prompt: choose another field, or go back'),
  })
}

function createItem(
  answers: CurationAnswers,
  prompts: number,
  tokensPerSecond: number | null,
): Item<Choice> {
  const candidates = prompts * answers.n
  return {
    label: l10n.t('$(check) Create {0}', path.basename(targetFile(targetOf(answers)))),
    detail:
      tokensPerSecond === null
        ? l10n.t('{0} candidates; the speed of this model is not known yet', candidates)
        : l10n.t(
            '{0} candidates; sampling them takes about {1} at most',
            candidates,
            roughDuration(longestSamplingTime(prompts, answers, tokensPerSecond)),
          ),
    value: 'create',
  }
}

/** A prompt that looks wrong leads to the field that it is read from. */
function promptItems(answers: CurationAnswers, { prompts, first, notes }: ReadPrompts): Row[] {
  const { file, found } = answers
  const value: Choice = found.possible.length > 1 ? askPromptField : 'back'
  return [
    heading(l10n.t('{0}: {1}', path.basename(file), countedPrompts(prompts))),
    ...first.map((prompt) => ({ ...prompt, value })),
    ...notes.map((label) => ({ label, value })),
  ]
}

function settingItems(services: ServerServices, answers: CurationAnswers): Row[] {
  const { found, fields, source, n, k, maxNewTokens } = answers
  const setting = (label: string, description: string, value: Ask): Item<Choice> => ({
    label,
    description,
    value,
  })
  const promptField = fields.prompt ?? found.promptFields[0] ?? ''
  const systemField = fields.system ?? found.systemFields[0] ?? l10n.t('none')
  return [
    heading(l10n.t('Settings')),
    ...(found.possible.length > 1
      ? [
          setting(l10n.t('Field of the prompt'), promptField, askPromptField),
          setting(l10n.t('Field of the system message'), systemField, askSystemField),
        ]
      : []),
    setting(l10n.t('Model'), nameOf(source), (before, place) =>
      askGenerator(services, before, place),
    ),
    setting(l10n.t('Candidates per prompt (N)'), String(n), askCandidates),
    setting(l10n.t('Responses shown per prompt (k)'), String(k), askShown),
    setting(l10n.t('Longest response'), countedTokens(maxNewTokens), askLongest),
    setting(l10n.t('Name'), targetOf(answers).name, askName),
  ]
}

const nameOf = (source: ModelSource): string =>
  source.kind === 'server'
    ? l10n.t('{0} at {1}', source.model, source.address)
    : modelName(source.model)
