// From a row of a data set to the responses in it: the shapes in which data sets keep them.
import * as l10n from '@vscode/l10n'
import { readMessages } from './messages'
import {
  type Beside,
  fieldNamed,
  type Fields,
  type ImportedResponse,
  MODEL_FIELDS,
  readResponse,
  SCORE_FIELDS,
  unquoted,
} from './response'
import { fromList, LIST_FIELDS, type ResponsesOfRow } from './responseList'
import { lastAnswer } from './responseText'
import { named, promptFieldsOf } from './rowFields'
import { RowFault } from './rowFault'
import { describeValue, isNothing, isRecord, isTexts } from '../text/values'

/** A single response. */
const SINGLE_FIELDS = [
  'response',
  'output',
  'completion',
  'generation',
  'answer',
  'generated_text',
  'model_output',
]
/** Fields that say which of two responses is preferred. */
const PREFERENCE_FIELDS = [
  'winner',
  'preference',
  'better_response_id',
  'better',
  'choice',
  'label',
]

/** Names of two or more responses side by side, before their number or letter. */
const NUMBERED =
  /^(response|output|completion|generation|answer|human_ref|conversation)_?([0-9a-d])$/i

/** The responses of a row in any of the shapes of docs/formats.md, or what is wrong with it. */
export function rowToResponses(row: unknown): ResponsesOfRow {
  if (!isRecord(row)) return { why: l10n.t`the row is ${describeValue(row)}, not an object` }
  try {
    const found =
      fromList(row) ?? fromPair(row) ?? fromNumbered(row) ?? fromSingle(row) ?? fromMessages(row)
    if (found) return found
    const isNull = fieldNamed(row, [...SINGLE_FIELDS, ...LIST_FIELDS]) !== undefined
    return isNull ? { responses: [], nulls: 1 } : { why: noResponses(row) }
  } catch (thrown) {
    if (!(thrown instanceof RowFault)) throw thrown
    return { why: thrown.message }
  }
}

const noResponses = (row: Fields): string =>
  l10n.t`no field holds responses (responses, completions, generations, output, chosen and rejected, …); the fields are ${Object.keys(row).join(', ') || l10n.t('none')}`

/**
 * `{"chosen", "rejected"}`: texts, or conversations whose last answer counts. Without scores of
 * their own the chosen response has 1 and the rejected one 0.
 */
function fromPair(row: Fields): ResponsesOfRow | undefined {
  const [chosen, rejected] = ['chosen', 'rejected'].map((side) => ({
    name: named(Object.keys(row), side),
    beside: besideOf(row, (field) => [`${side}_${field}`, `${field}_${side}`]),
  }))
  if (chosen?.name === undefined || rejected?.name === undefined) return undefined
  // without a prompt beside them they are whole conversations
  const isWhole = promptFieldsOf(Object.keys(row)).length === 0
  const isScored = !isNothing(chosen.beside.score) && !isNothing(rejected.beside.score)
  const read = (
    { name = '', beside }: { name: string | undefined; beside: Beside },
    score: number,
  ): (ImportedResponse | null)[] =>
    severalOf(unquoted(row[name])).map((value) =>
      readResponse(
        isWhole ? lastAnswer(value) : value,
        name,
        isScored ? beside : { ...beside, score },
      ),
    )
  const found = collected([...read(chosen, 1), ...read(rejected, 0)])
  return isScored ? found : { ...found, preferredBy: chosen.name }
}

/** The texts of a list of several; any other value alone. */
const severalOf = (value: unknown): unknown[] =>
  isTexts(value) && value.length > 1 ? value : [value]

/**
 * `response_0` and `response_1`, `answer_a` and `answer_b`, with `score_0` or `model_a`. Without
 * scores the one that the row prefers has 1, the others 0.
 */
function fromNumbered(row: Fields): ResponsesOfRow | undefined {
  const found = Object.keys(row).flatMap((name) => {
    const [, , mark] = NUMBERED.exec(name) ?? []
    return mark === undefined ? [] : [{ name, mark }]
  })
  if (found.length < 2) return undefined
  const preferred = preferredResponse(
    row,
    found.map(({ mark }) => mark.toLowerCase()),
  )
  const besides = found.map(({ name, mark }) => ({
    name,
    mark: mark.toLowerCase(),
    beside: besideOf(row, (field) => [`${field}_${mark}`, `${field}${mark}`]),
  }))
  const isMade = preferred !== undefined && besides.some(({ beside }) => beside.score === undefined)
  const read = collected(
    besides.map(({ name, mark, beside }) => {
      const made =
        preferred && beside.score === undefined ? { score: mark === preferred.mark ? 1 : 0 } : {}
      return readResponse(unquoted(row[name]), name, { ...beside, ...made })
    }),
  )
  return isMade ? { ...read, preferredBy: preferred.field } : read
}

/**
 * The response that is preferred, by its number or letter: `{"preference": 2}` of `output_1` and
 * `output_2`, `{"winner": "model_a"}`, `{"winner_model_a": 1}`. `tie` for ties; undefined where the
 * row does not say.
 */
function preferredResponse(
  row: Fields,
  marks: readonly string[],
): { field: string; mark: string } | undefined {
  const flags = [...marks.map((mark) => `winner_model_${mark}`), 'winner_tie']
  const flag = flags.find((name) => /^(1|true)$/i.test(String(row[name])))
  if (flag !== undefined) return { field: flag, mark: flag.replace(/^winner_(model_)?/, '') }
  const field = fieldNamed(row, PREFERENCE_FIELDS)
  const value = field === undefined ? undefined : row[field]
  if (field === undefined || !['string', 'number', 'bigint'].includes(typeof value))
    return undefined
  const mark = String(value)
    .toLowerCase()
    .replace(/^(model|response|output|answer)_?/, '')
  return marks.includes(mark) || /^(tie|both)/.test(mark) ? { field, mark } : undefined
}

/** One response a row: `{"instruction", "output", "generator"?, "score"?}`. */
function fromSingle(row: Fields): ResponsesOfRow | undefined {
  const [prompt] = promptFieldsOf(Object.keys(row))
  const name = [...SINGLE_FIELDS, ...LIST_FIELDS]
    .map((wanted) => fieldNamed(row, [wanted]))
    .find((found) => found !== undefined && !isAbsent(row[found]))
  if (name === undefined || name === prompt) return undefined
  return collected([
    readResponse(
      row[name],
      name,
      besideOf(row, (field) => [field]),
    ),
  ])
}

const isAbsent = (value: unknown): boolean => value === null || value === undefined

/** A conversation whose last answer is the response. */
function fromMessages(row: Fields): ResponsesOfRow | undefined {
  const field = promptFieldsOf(Object.keys(row)).find((name) => !isNothing(row[name]))
  if (field === undefined) return undefined
  const last = readMessages(row[field], field).messages.at(-1)
  if (last?.role !== 'assistant') return undefined
  return collected([
    readResponse(
      last.content,
      field,
      besideOf(row, (name) => [name]),
    ),
  ])
}

/** @param namesOf under which a field of the response stands in the row. */
function besideOf(row: Fields, namesOf: (field: string) => string[]): Beside {
  const valueOf = (fields: readonly string[]): unknown => {
    const name = fieldNamed(row, fields.flatMap(namesOf))
    return name === undefined ? undefined : row[name]
  }
  return { score: valueOf(SCORE_FIELDS), model: valueOf(MODEL_FIELDS) }
}

function collected(found: readonly (ImportedResponse | null)[]): ResponsesOfRow {
  const responses = found.filter((response) => response !== null)
  return { responses, nulls: found.length - responses.length }
}
