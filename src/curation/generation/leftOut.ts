// Prompts and texts that a model does not take: recorded, and found again for status and editor.
import * as l10n from '@vscode/l10n'
import type { LeftOutPrompt } from '../../shared/domain'
import { asSentence } from '../../shared/errors'
import type { LeftOutSummary, LeftOutView } from '../../shared/leftOutView'
import type { Curation } from '../curation'
import { excerptOf } from '../excerpt'
import type { PromptRefusal } from './refusals'

const EXCERPT_CHARACTERS = 60

/** Records that a generator, by its number, does not take some prompts. */
export async function leaveOutPrompts(
  curation: Curation,
  generator: number,
  refusals: readonly PromptRefusal[],
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
  return curation.round.gaps().flatMap(({ promptId, record, missing }) => {
    const place = curation.placeOf(promptId)
    const prompt = curation.prompts[place]
    if (!prompt) return []
    return {
      position: place,
      line: curation.lineOf(promptId),
      excerpt: excerptOf(prompt, EXCERPT_CHARACTERS),
      reason: record.reason,
      where: record.where ?? null,
      missing,
    }
  })
}

/** Prompts that the editor names. */
const MOST_NAMED = 5

export function leftOutSummary(curation: Curation): LeftOutSummary | null {
  const all = leftOutPrompts(curation)
  if (all.length === 0) return null
  const first = all.slice(0, MOST_NAMED)
  return {
    prompts: new Set(all.map(({ position }) => position)).size,
    first: first.map(({ line, excerpt, reason }) => ({ line, excerpt, reason })),
    key: `left-out ${all.map(({ position }) => position).join(' ')}`,
  }
}

/** "prompts.jsonl:3: “Tell me how …” was left out: The server refuses the prompt (400): …" */
export const describeLeftOutPrompt = (
  { line, excerpt, reason }: LeftOutView,
  file: string,
): string => l10n.t`${file}:${line}: “${excerpt}” was left out: ${asSentence(reason)}`
