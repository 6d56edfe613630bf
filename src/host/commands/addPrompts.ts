// Add Prompts…: prompts from a file, or typed, become prompts of a curation.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { promptId } from '../../core/formats/ids'
import { addPrompts, type AddedPrompts } from '../../curation/prompts/addPrompts'
import type { Message, Prompt } from '../../shared/domain'
import { loadPrompts } from '../../store/promptFile'
import { enter, type Item, pick } from '../questions/input'
import { NO_PROMPTS, type PromptAnswers } from '../questions/promptAnswers'
import { promptQuestions } from '../questions/prompts'
import {
  type QuestionAnswer,
  askInSequence,
  given,
  mapAnswer,
  onlyIf,
  type QuestionPlace,
} from '../questions/sequence'
import type { Command } from './command'

interface AddAnswers extends PromptAnswers {
  from: 'file' | 'typed'
  typed: readonly string[]
}

export const addPromptsCommand: Command = async ({ curations }, uri) => {
  const document = await curations.pick(uri)
  if (!document) return
  const curation = await document.open()
  const questions = [
    { ask: askSource },
    ...onlyIf<AddAnswers>(({ from }) => from === 'file', promptQuestions({ isKnown: false })),
    ...onlyIf<AddAnswers>(({ from }) => from === 'typed', [{ ask: askTexts }]),
  ]
  const start: AddAnswers = { ...NO_PROMPTS, from: 'file', typed: [] }
  const answers = await askInSequence(l10n.t('Add Prompts'), questions, start)
  if (!answers) return
  const prompts =
    answers.from === 'typed'
      ? answers.typed.map(promptOf)
      : (await loadPrompts(answers.file, { fields: answers.fields, table: {} })).prompts
  void vscode.window.showInformationMessage(report(await addPrompts(curation, prompts)))
}

async function askSource(
  answers: AddAnswers,
  place: QuestionPlace,
): Promise<QuestionAnswer<AddAnswers>> {
  const items: Item<AddAnswers['from']>[] = [
    { label: l10n.t('$(file) From a file'), value: 'file' },
    { label: l10n.t('$(edit) Type prompts'), value: 'typed' },
  ]
  const placeholder = l10n.t('Where do the new prompts come from?')
  const answer = await pick(place, items, { placeholder, current: answers.from })
  return mapAnswer(answer, (from) => ({ ...answers, from }))
}

/** One after another, until an empty one. */
async function askTexts(
  answers: AddAnswers,
  place: QuestionPlace,
): Promise<QuestionAnswer<AddAnswers>> {
  const typed: string[] = []
  for (;;) {
    const text = await enter(place, {
      prompt:
        typed.length === 0
          ? l10n.t('A prompt')
          : l10n.t('{0} so far. Another prompt; empty: add them', typed.length),
      problem: (input) =>
        input === '' && typed.length === 0 ? l10n.t('Type the text of a prompt.') : undefined,
    })
    if (text.kind === 'cancelled') return text
    if (text.kind === 'back') {
      if (typed.pop() === undefined) return text
    } else if (text.value === '') {
      return given({ ...answers, typed })
    } else {
      typed.push(text.value)
    }
  }
}

function promptOf(content: string): Prompt {
  const messages: Message[] = [{ role: 'user', content }]
  return { id: promptId(messages), messages }
}

function report({ added, duplicates }: AddedPrompts): string {
  const sentence = added === 1 ? l10n.t('1 prompt added.') : l10n.t('{0} prompts added.', added)
  return duplicates === 0
    ? sentence
    : l10n.t('{0} {1} left out: the curation has them already.', sentence, duplicates)
}
