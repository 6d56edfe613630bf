// The last question of New Curation…: shows what was read of the file and how long generation will
// take, and lets the user change each answer.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import type * as vscode from 'vscode'
import { roughDuration } from '../../core/duration'
import { longestSamplingTime } from '../../core/sampling/samplingTime'
import { modelName } from '../../curation/engine'
import type { Prompt } from '../../shared/domain'
import { describeFailure, toFailure } from '../../shared/errors'
import { type LoadedPrompts, loadPrompts } from '../../store/promptFile'
import { heading, type Item, pick } from '../questions/input'
import type { ModelSource } from '../questions/model'
import { askPromptField, askSystemField } from '../questions/prompts'
import type { ServerServices } from '../questions/server'
import { type Answer, given, type Place, type Question } from '../questions/sequence'
import { type CurationAnswers, targetFile } from './answers'
import { askCandidates, askGenerator, askLongest, askShown } from './questions'
import { askName, targetOf } from './target'

const SHOWN_PROMPTS = 3
const EXCERPT_CHARACTERS = 100

type Ask = Question<CurationAnswers>['ask']
type Choice = 'create' | 'back' | Ask

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
  place: Place,
  tokensPerSecond: number | null,
): Promise<Answer<Choice>> {
  const loaded = await loadPrompts(answers.file, answers.fields).catch((thrown: unknown) =>
    describeFailure(toFailure(thrown, answers.file)),
  )
  const isBroken = typeof loaded === 'string'
  const items = isBroken
    ? brokenItems(answers, loaded)
    : [createItem(answers, loaded, tokensPerSecond), ...promptItems(answers, loaded)]
  return pick<Choice>(place, [...items, ...settingItems(services, answers)], {
    placeholder: isBroken
      ? l10n.t('Choose other fields, or go back and choose another file')
      : l10n.t('Create the curation, or choose a value to change it'),
  })
}

function createItem(
  answers: CurationAnswers,
  { prompts }: LoadedPrompts,
  tokensPerSecond: number | null,
): Item<Choice> {
  const candidates = prompts.length * answers.n
  return {
    label: l10n.t('$(check) Create {0}', path.basename(targetFile(targetOf(answers)))),
    detail:
      tokensPerSecond === null
        ? l10n.t('{0} candidates; the speed of this model is not known yet', candidates)
        : l10n.t(
            '{0} candidates; sampling them takes about {1} at most',
            candidates,
            roughDuration(longestSamplingTime(prompts.length, answers, tokensPerSecond)),
          ),
    value: 'create',
  }
}

function promptItems(
  answers: CurationAnswers,
  { prompts, duplicates }: LoadedPrompts,
): (Item<Choice> | vscode.QuickPickItem)[] {
  const file = path.basename(answers.file)
  const read = prompts.length === 1 ? l10n.t('1 prompt') : l10n.t('{0} prompts', prompts.length)
  return [
    heading(
      duplicates === 0
        ? l10n.t('{0}: {1}', file, read)
        : l10n.t('{0}: {1}, {2} duplicates are used once', file, read, duplicates),
    ),
    ...prompts.slice(0, SHOWN_PROMPTS).map((prompt) => promptItem(answers, prompt)),
  ]
}

/** A prompt that looks wrong leads to the field that it is read from. */
function promptItem({ names }: CurationAnswers, { messages }: Prompt): Item<Choice> {
  const system = messages[0]?.role === 'system' ? messages[0].content : undefined
  const turns = messages.filter(({ role }) => role !== 'system').length
  const description = turns > 1 ? l10n.t('{0} turns', turns) : undefined
  return {
    label: excerpt(messages.at(-1)?.content ?? ''),
    ...(description === undefined ? {} : { description }),
    ...(system === undefined ? {} : { detail: l10n.t('System prompt: {0}', excerpt(system)) }),
    value: names.length > 1 ? askPromptField : 'create',
  }
}

function brokenItems(
  { names }: CurationAnswers,
  sentence: string,
): (Item<Choice> | vscode.QuickPickItem)[] {
  return [
    heading(l10n.t('The prompts cannot be read')),
    {
      label: `$(error) ${sentence}`,
      value: names.length > 1 ? askPromptField : 'back',
    },
  ]
}

function settingItems(
  services: ServerServices,
  answers: CurationAnswers,
): (Item<Choice> | vscode.QuickPickItem)[] {
  const { names, fields, source, n, k, maxNewTokens } = answers
  const setting = (label: string, description: string, value: Ask): Item<Choice> => ({
    label,
    description,
    value,
  })
  return [
    heading(l10n.t('Settings')),
    ...(names.length > 1
      ? [
          setting(l10n.t('Field of the prompt'), fields.prompt ?? '', askPromptField),
          setting(
            l10n.t('Field of the system prompt'),
            fields.system ?? l10n.t('none'),
            askSystemField,
          ),
        ]
      : []),
    setting(l10n.t('Model'), nameOf(source), (given, place) =>
      askGenerator(services, given, place),
    ),
    setting(l10n.t('Candidates per prompt (N)'), String(n), askCandidates),
    setting(l10n.t('Responses shown per prompt (k)'), String(k), askShown),
    setting(l10n.t('Longest response'), l10n.t('{0} tokens', maxNewTokens), askLongest),
    setting(l10n.t('Name'), targetOf(answers).name, askName),
  ]
}

const nameOf = (source: ModelSource): string =>
  source.kind === 'server'
    ? l10n.t('{0} at {1}', source.model, source.address)
    : modelName(source.model)

/** The beginning of a text, on one line. */
function excerpt(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim()
  return line.length <= EXCERPT_CHARACTERS ? line : `${line.slice(0, EXCERPT_CHARACTERS)}…`
}
