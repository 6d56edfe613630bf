// Prompts and texts that a model does not take: recorded, and found again for status and editor.
import * as l10n from '@vscode/l10n'
import type { LeftOutPrompt } from '../shared/domain'
import type { LeftOutView } from '../shared/editorProtocol'
import { asSentence } from '../shared/errors'
import type { Curation } from './curation'
import { excerptOf } from './excerpt'
import type { Refusal } from './refusals'

const EXCERPT_CHARACTERS = 60

/** Records that a generator, by its number, does not take some prompts. */
export async function leaveOutPrompts(
  curation: Curation,
  generator: number,
  refusals: readonly Refusal[],
): Promise<void> {
  const { round, store } = curation
  const at = curation.now().toISOString()
  const records = refusals.map(({ prompt, failure: { message, where } }): LeftOutPrompt => ({
    kind: 'prompt',
    promptId: prompt.id,
    round: round.number,
    generatorKey: round.generatorKeys[generator] ?? '',
    reason: message,
    ...(where === undefined ? {} : { where }),
    at,
  }))
  await store.transaction((transaction) => transaction.appendLeftOut(records))
}

/** The prompts that generators of the curation left out, in prompt order. */
export function leftOutPrompts(curation: Curation): LeftOutView[] {
  return curation.round.gaps().flatMap(({ place, record, missing }) => {
    const prompt = curation.prompts[place]
    if (!prompt) return []
    return {
      position: place,
      line: curation.lines[place] ?? place + 1,
      excerpt: excerptOf(prompt, EXCERPT_CHARACTERS),
      reason: record.reason,
      where: record.where ?? null,
      missing,
    }
  })
}

/** "prompts.jsonl:3: “Tell me how …” was left out: The server refuses the prompt (400): …" */
export const describeLeftOutPrompt = (
  { line, excerpt, reason }: LeftOutView,
  file: string,
): string => l10n.t`${file}:${line}: “${excerpt}” was left out: ${asSentence(reason)}`
