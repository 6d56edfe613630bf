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
import { describeValue, isNothing, isRecord } from './values'

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
    const isNull = fieldNamed(row, LIST_FIELDS) !== undefined
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
  const read = (name: string, beside: Beside, score: number): ImportedResponse | null =>
    readResponse(
      isWhole ? lastAnswer(unquoted(row[name])) : unquoted(row[name]),
      name,
      isScored ? beside : { ...beside, score },
    )
  return collected([read(chosen.name, chosen.beside, 1), read(rejected.name, rejected.beside, 0)])
}

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
  const preferred = preferredMark(
    row,
    found.map(({ mark }) => mark.toLowerCase()),
  )
  return collected(
    found.map(({ name, mark }) => {
      const beside = besideOf(row, (field) => [`${field}_${mark}`, `${field}${mark}`])
      const isScored = beside.score !== undefined || preferred === undefined
      const score = Number(mark.toLowerCase() === preferred)
      return readResponse(unquoted(row[name]), name, isScored ? beside : { ...beside, score })
    }),
  )
}

/**
 * The number or letter of the response that is preferred: `{"preference": 2}` of `output_1` and
 * `output_2`, `{"winner": "model_a"}`. `tie` for ties; undefined where the row does not say.
 */
function preferredMark(row: Fields, marks: readonly string[]): string | undefined {
  const name = fieldNamed(row, PREFERENCE_FIELDS)
  const value = name === undefined ? undefined : row[name]
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'bigint')
    return undefined
  const mark = String(value)
    .toLowerCase()
    .replace(/^(model|response|output|answer)_?/, '')
  return marks.includes(mark) || /^(tie|both)/.test(mark) ? mark : undefined
}

/** One response a row: `{"instruction", "output", "generator"?, "score"?}`. */
function fromSingle(row: Fields): ResponsesOfRow | undefined {
  const [prompt] = promptFieldsOf(Object.keys(row))
  const name = fieldNamed(row, SINGLE_FIELDS)
  if (name === undefined || name === prompt) return undefined
  return collected([
    readResponse(
      row[name],
      name,
      besideOf(row, (field) => [field]),
    ),
  ])
}

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

/**
 * A command that converts rows like this one to `{"prompt", "responses"}`; undefined for a row that
 * has no prompt and texts beside it.
 */
export function conversionOf(row: unknown): string | undefined {
  if (!isRecord(row)) return undefined
  const [prompt] = promptFieldsOf(Object.keys(row))
  const texts = Object.keys(row).filter((name) => name !== prompt && typeof row[name] === 'string')
  if (prompt === undefined || texts.length === 0) return undefined
  const responses = texts.map((name) => `.${JSON.stringify(name)}`).join(', ')
  return `jq -c '{prompt: .${JSON.stringify(prompt)}, responses: [${responses}]}'`
}
