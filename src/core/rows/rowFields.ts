// Names under which data sets keep prompts and responses, and access to the fields of a row.
import { literalOf } from '../text/literal'
import { isRecord } from '../text/values'

/** Fields that hold a prompt, best first. */
const PROMPT_FIELDS = [
  'prompt',
  'instruction',
  'question',
  'query',
  'messages',
  'conversations',
  'conversation',
  'dialogue',
  'dialog',
  'turns',
  'chat',
  'contents',
  'trajectory',
  'user_prompt',
  'user_input',
  'problem',
  'input',
  'inputs',
  'text',
  'displayed_text',
  'history',
]
const SYSTEM_FIELDS = ['system', 'system_prompt', 'system_message']

/** Fields that hold responses, or judgements of them. Never taken for a prompt, never offered. */
const RESPONSE_FIELDS = [
  /^(chosen|rejected|accepted|winner|loser|targets?|labels?|choices?|reply|replies|gold|preferred|assistant)$/,
  /^(ratings?|scores?|rewards?|ranks?|rankings?|preferences?|helpfulness|(up)?votes)$/,
  /^winner_/,
  /^((best|correct|incorrect|reference|model|(all_)?generated|original|((good|bad)_)?edited)_)?(responses?|completions?|generations?)$/,
  /^((best|correct|incorrect|reference|model|generated|(non_)?preferred)_)?(outputs?|answers?|solutions?)$/,
  /^(candidates|references?|generated_texts?)$/,
  /^(response|completion|generation|output|answer|solution|human_ref|conversation)_?[0-9a-djk]$/,
  /^(chosen|rejected|score|rating|reward)_|_(score|rating|reward)s?$/,
]

/** Fields whose content a prompt may need to be understood. */
const NEEDED_FIELD =
  /^(images?|audios?|videos?|files?|tools|functions|choices|options|documents?|passages?|paragraphs?|article|background|context|input|history|instances)$/

/** Fields that describe a row, which hold its prompt at most if no other field does. */
const DESCRIBING_FIELD = /(^|_)(id|url|date|time|source|model)$/

/** Names seen before: the rows of a file have the same few. */
const normalNames = new Map<string, string>()
const MOST_REMEMBERED = 10_000

/** A name as it is compared: in lower case, blanks and hyphens as underscores. */
export function normalName(name: string): string {
  const known = normalNames.get(name)
  if (known !== undefined) return known
  const normal = name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
  if (normalNames.size < MOST_REMEMBERED) normalNames.set(name, normal)
  return normal
}

export const isResponseField = (name: string): boolean =>
  RESPONSE_FIELDS.some((pattern) => pattern.test(normalName(name)))
export const isDescribingField = (name: string): boolean => DESCRIBING_FIELD.test(normalName(name))
export const isNeededField = (name: string): boolean => NEEDED_FIELD.test(normalName(name))

/** Whether a field with this name holds the turns of one conversation, not a column of prompts. */
export const isConversationField = (name = ''): boolean =>
  /^(messages|conversations?|dialog(ue)?|turns|chat|contents|trajectory|history)$/.test(
    normalName(name),
  )

/** Whether a field of this name may be the prompt of responses that have no other. */
export const isContextField = (name: string): boolean => normalName(name) === 'context'

export const isPromptField = (name: string): boolean => PROMPT_FIELDS.includes(normalName(name))

/** Whether this is a name that data sets use for a prompt, a system message or a response. */
export const isKnownField = (name: string): boolean =>
  isPromptField(name) || SYSTEM_FIELDS.includes(normalName(name)) || isResponseField(name)

/**
 * The fields that may hold the prompt, best first: those with a known name; else the context of
 * responses (HelpSteer3), or the only field there is.
 */
export function promptFieldsOf(names: readonly string[]): string[] {
  const known = allNamed(names, PROMPT_FIELDS)
  if (known.length > 0) return known
  if (names.some(isResponseField)) return names.filter(isContextField)
  return names.length === 1 ? [...names] : []
}

/** The field that holds a system message by its name. */
export const systemFieldOf = (names: readonly string[]): string | undefined =>
  allNamed(names, SYSTEM_FIELDS)[0]

/** {@link named} for each of several names, of those that are there. */
function allNamed(names: readonly string[], wanted: readonly string[]): string[] {
  const normal = names.map(normalName)
  return wanted.flatMap((name) =>
    names.includes(name) ? name : (names[normal.indexOf(name)] ?? []),
  )
}

/** The field with this name; case does not matter where no name is the very same. */
export const named = (names: readonly string[], wanted: string): string | undefined =>
  names.find((name) => name === wanted) ??
  names.find((name) => normalName(name) === normalName(wanted))

/**
 * The value of a field by its name or dotted path: `prompt`, `meta.question`, `turns.0`.
 * @returns undefined where the row has no such field.
 */
export function fieldOf(given: unknown, path: string): { value: unknown } | undefined {
  const row = literalOf(given)
  if (!isRecord(row) && !Array.isArray(row)) return undefined
  const names = Object.keys(row)
  const whole = named(names, path)
  if (whole !== undefined) return { value: (row as Record<string, unknown>)[whole] }
  // the longest name first: names may hold dots
  for (let dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
    const outer = named(names, path.slice(0, dot))
    if (outer === undefined) continue
    const inner = fieldOf((row as Record<string, unknown>)[outer], path.slice(dot + 1))
    if (inner) return inner
  }
  return undefined
}

/** The name at the top of a row that a dotted path begins with. */
export const topField = (row: Record<string, unknown>, path: string): string | undefined => {
  const names = Object.keys(row)
  return (
    named(names, path) ??
    path
      .split('.')
      .map((_, place, parts) => named(names, parts.slice(0, place + 1).join('.')))
      .find((name) => name !== undefined)
  )
}
