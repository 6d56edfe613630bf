// Which of the responses of a row is preferred, as data sets and tools of annotation write it.
import { fieldNamed, type Fields } from './response'
import { named, normalName } from './rowFields'
import { isNothing, isRecord } from '../text/values'

/** Fields that name a response by its number or letter. */
const NAMING_FIELDS = [
  'winner',
  'preference',
  'preference.responses',
  'better_response_id',
  'better_response',
  'better',
  'preferred_response',
  'preferred',
  'choice',
  'label',
  'comparison',
]

/** Fields with a number: below 0 the first of two responses is better, above 0 the second. */
const SIGNED_FIELDS = ['preference_strength', 'overall_preference']

/** A field that says so, and the mark of the response; `tie` where none is better. */
interface PreferredResponse {
  field: string
  mark: string
}

/**
 * The response that is preferred: `{"preference": 2}` of `output_1` and `output_2`, `{"winner":
 * "model_a"}`, `{"winner_model_a": 1}`, `{"overall_preference": -2}`, `{"comparison": "left"}`,
 * `{"label": "A>B"}`; of several annotators the one that most prefer. undefined where the row does
 * not say.
 * @param marks numbers or letters of the responses, in their order.
 */
export function preferredResponse(
  row: Fields,
  marks: readonly string[],
): PreferredResponse | undefined {
  const flags = [...marks.map((mark) => `winner_model_${mark}`), 'winner_tie']
  const flag = flags.find((name) => /^(1|true)$/i.test(String(row[name])))
  if (flag !== undefined) return { field: flag, mark: flag.replace(/^winner_(model_)?/, '') }
  const field = fieldNamed(row, NAMING_FIELDS)
  const votes = field === undefined ? choicesOf(row) : { field, values: valuesOf(row[field]) }
  const mark = votes && majority(votes.values.map((value) => markOf(value, marks)))
  if (votes === undefined || mark === undefined || isOfClasses(row, votes.field, marks))
    return strongerSide(row, marks)
  return { field: votes.field, mark }
}

/**
 * The field that names a response in words that are not understood, if any: what people preferred
 * is not lost without a word.
 */
export function unreadPreference(row: Fields): string | undefined {
  const field = fieldNamed(row, NAMING_FIELDS)
  return field === undefined || isNothing(row[field]) ? undefined : field
}

/** Whether a number may count from 0 where the responses count from 1. */
const isOfClasses = (row: Fields, field: string, marks: readonly string[]): boolean =>
  normalName(field) === 'label' && /^\d(\.0+)?$/.test(String(row[field])) && !marks.includes('0')

/** By the sign of a strength, which in other rows stands beside the name of the winner. */
function strongerSide(row: Fields, marks: readonly string[]): PreferredResponse | undefined {
  const field = fieldNamed(row, SIGNED_FIELDS)
  const mark = field === undefined ? undefined : bySign(row[field], marks)
  return field === undefined || mark === undefined ? undefined : { field, mark }
}

function bySign(value: unknown, marks: readonly string[]): string | undefined {
  const strength = typeof value === 'string' && value.trim() === '' ? NaN : Number(value)
  if (marks.length !== 2 || isNothing(value) || !Number.isFinite(strength)) return undefined
  return strength === 0 ? 'tie' : marks[strength < 0 ? 0 : 1]
}

/** A value, or those of several annotators: `["response_1"]`, `[{"value": "response_1"}]`. */
const valuesOf = (value: unknown): unknown[] =>
  (Array.isArray(value) ? (value as unknown[]) : [value]).map((one) =>
    isRecord(one) ? one['value'] : one,
  )

/**
 * What annotators chose, in the exports of Label Studio (`annotations`, each with results) and of
 * Argilla (`responses` to questions).
 */
function choicesOf(row: Fields): { field: string; values: unknown[] } | undefined {
  const { annotations, responses } = row
  if (Array.isArray(annotations)) {
    const results = annotations.flatMap((one) => (isRecord(one) ? one['result'] : []))
    const values = results.flatMap((result) => {
      const value = isRecord(result) ? result['value'] : undefined
      return isRecord(value) && 'selected' in value ? [value['selected']] : []
    })
    return values.length === 0 ? undefined : { field: 'annotations', values }
  }
  if (!isRecord(responses)) return undefined
  const question = named(Object.keys(responses), 'preference')
  return question === undefined
    ? undefined
    : { field: 'responses', values: valuesOf(responses[question]) }
}

/** undefined for what names none of them. */
function markOf(value: unknown, marks: readonly string[]): string | undefined {
  if (!['string', 'number', 'bigint'].includes(typeof value)) return undefined
  const name = String(value).trim().toLowerCase()
  if (/^(tie|both)|^(draw|neither|none|equal|same)\b/.test(name)) return 'tie'
  if (marks.length === 2 && (name === 'left' || name === 'right'))
    return marks[name === 'left' ? 0 : 1]
  const [, one = '', sign, other = ''] = /^([0-9a-d])(=|[<>]+)([0-9a-d])$/.exec(name) ?? []
  if (sign === '=') return 'tie'
  if (sign !== undefined) return markNamed(sign.startsWith('>') ? one : other, marks)
  return markNamed(name.replace(KIND, ''), marks)
}

/** What a response is called before its number or letter. */
const KIND = /^(model|response|output|answer|completion|generation|assistant|option)[\s_-]?/

/** Also of `1.0`, of a letter where two responses have numbers, and of a number from 1 to 2. */
function markNamed(name: string, marks: readonly string[]): string | undefined {
  const [first = '', second = ''] = marks
  const number = name === '' ? NaN : Number(name)
  const mark = Number.isInteger(number) ? String(number) : name
  if (marks.includes(mark)) return mark
  if (marks.length !== 2) return undefined
  // a number of those with letters names none: it may count from 0
  if (/^[ab]$/.test(mark) && /^\d$/.test(first)) return marks[mark === 'a' ? 0 : 1]
  // a mean of votes, or a probability (AlpacaEval)
  if (first !== '1' || second !== '2' || !(number > 1 && number < 2)) return undefined
  return number === 1.5 ? 'tie' : number < 1.5 ? first : second
}

/** The mark that more votes have than any other; undefined where one vote names none. */
function majority(votes: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>()
  for (const vote of votes) {
    if (vote === undefined) return undefined
    counts.set(vote, (counts.get(vote) ?? 0) + 1)
  }
  const [first, second] = [...counts].sort(([, a], [, b]) => b - a)
  return first === undefined || first[1] === second?.[1] ? undefined : first[0]
}
