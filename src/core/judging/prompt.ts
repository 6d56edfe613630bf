// The prompt of a judge: a text that the user can edit, with places for the request and the two
// responses.
import * as l10n from '@vscode/l10n'
import type { Message } from '../../shared/domain'
import { failureError } from '../../shared/errors'
import { textHash } from '../formats/ids'

/** What a template must hold. */
const REQUIRED = ['prompt', 'a', 'b'] as const
/** It may hold the guidelines beside them. */
type PlaceName = (typeof REQUIRED)[number] | 'guidelines'

const PLACE = /\{\{\s*(prompt|a|b|guidelines)\s*\}\}/g

/** Written for the first run of a judge; models read it in English. */
// eslint-disable-next-line aepo/localised -- the text of a prompt decides the answers
export const DEFAULT_PROMPT = `You compare two responses to the same request. Decide which response is the better answer to the request as it was made.

A response that does what was asked is better than one that does something else, however well it is written. The order and the length of the responses do not matter.

# Request

{{prompt}}

# Response A

{{a}}

# Response B

{{b}}

# Your decision

Which response is better? Answer A or B, or tie if neither is better.
`

/** What fills a template. */
export interface JudgePromptValues {
  prompt: readonly Message[]
  a: string
  b: string
  guidelines: string
}

/**
 * @param where the file, for the failure.
 * @throws FailureError `bad-input` for a template without places for the request or a response.
 */
export function mustBeTemplate(template: string, where: string): void {
  const places = placesOf(template)
  const missing = REQUIRED.filter((name) => !places.has(name)).map((name) => `{{${name}}}`)
  if (missing.length > 0)
    throw failureError('bad-input', l10n.t`The prompt of the judge lacks ${missing.join(', ')}.`, {
      where,
      remedy: l10n.t('Add it where the request or the response belongs.'),
    })
}

/** Whether the guidelines for annotators are part of the prompt. */
export const usesGuidelines = (template: string): boolean => placesOf(template).has('guidelines')

/** Fills all places in one pass: a response that contains a place stays as it is. */
export function filledPrompt(template: string, values: JudgePromptValues): string {
  const texts: Record<PlaceName, string> = { ...values, prompt: conversation(values.prompt) }
  return template.replaceAll(PLACE, (_, name: PlaceName) => texts[name])
}

/** Changes with each edit of the template, and of the guidelines if they are part of it. */
export function promptVersion(template: string, guidelines: string): string {
  const text = template.replaceAll('\r\n', '\n').trim()
  return textHash(usesGuidelines(template) ? `${text}\n${guidelines}` : text)
}

/** One message of a user as it is; a longer conversation with the roles of its messages. */
function conversation(messages: readonly Message[]): string {
  const [only, ...others] = messages
  if (only?.role === 'user' && others.length === 0) return only.content
  return messages.map(({ role, content }) => `[${role}]\n${content}`).join('\n\n')
}

const placesOf = (template: string): ReadonlySet<string> =>
  new Set([...template.matchAll(PLACE)].map(([, name = '']) => name))
