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
  scoreFieldOf,
  unquoted,
} from './response'
import { fromList, LIST_FIELDS, type ResponsesOfRow } from './responseList'
import { fromOptions } from './responseOptions'
import { lastAnswer } from './responseText'
import { preferredResponse, unreadPreference } from './preferredResponse'
import { isContextField, promptFieldsOf } from './rowFields'
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
  'model_response',
]
/** Names of the preferred response of a pair and of the other, by the data sets. */
const CHOSEN = [
  'chosen',
  'accepted',
  'preferred_output',
  'chosen_response',
  'response_j',
  'good_edited_response',
]
const REJECTED = [
  'rejected',
  'non_preferred_output',
  'rejected_response',
  'response_k',
  'bad_edited_response',
]

/** Fields that say whether a single response is good. */
const VERDICT_FIELDS = ['label', 'kto_tag']

/** Names of two or more responses side by side, before their number or letter. */
const NUMBERED =
  /^(response|output|completion|generation|answer|human_ref|conversation)_?([0-9a-d])$/i

/**
 * The responses of a row in any of the shapes of docs/formats.md, or what is wrong with it.
 * @param outer the row where `row` is an object in it: tools of annotation keep what was chosen
 *   beside the texts.
 */
export function rowToResponses(row: unknown, outer?: Fields): ResponsesOfRow {
  if (!isRecord(row)) return { why: l10n.t`the row is ${describeValue(row)}, not an object` }
  try {
    const found =
      fromOptions(row) ??
      fromList(row) ??
      fromPair(row) ??
      fromNumbered(row, outer) ??
      fromSingle(row) ??
      fromMessages(row)
    if (found) return withVerdict(row, found)
    const isNull = fieldNamed(row, [...SINGLE_FIELDS, ...LIST_FIELDS]) !== undefined
    return isNull ? { responses: [], nulls: 1 } : { why: noResponses(row), isUnknownShape: true }
  } catch (thrown) {
    if (!(thrown instanceof RowFault)) throw thrown
    return { why: thrown.message }
  }
}

const noResponses = (row: Fields): string =>
  l10n.t`no field holds responses (responses, completions, generations, output, chosen and rejected, …); the fields are ${Object.keys(row).join(', ') || l10n.t('none')}`

/** A single response without a score gets one by what the row says of it: `{"label": true}`. */
function withVerdict(row: Fields, found: ResponsesOfRow): ResponsesOfRow {
  const field = fieldNamed(row, VERDICT_FIELDS)
  if ('why' in found || field === undefined) return found
  const [response, other] = found.responses
  const verdict = String(row[field]).toLowerCase()
  if (!response || other || response.score !== undefined || !/^(true|false)$/.test(verdict))
    return found
  const score = Number(verdict === 'true')
  return { ...found, responses: [{ ...response, score }], preferredBy: field }
}

/**
 * `{"chosen", "rejected"}`: texts, or conversations whose last answer counts. Without scores of
 * their own the chosen response has 1 and the rejected one 0. Where only the rejected one has a
 * field of its own, the chosen one is the single response, or the last answer of the conversation;
 * a flag of that name is no response.
 */
function fromPair(row: Fields): ResponsesOfRow | undefined {
  const rejected = fieldNamed(row, REJECTED)
  if (rejected === undefined) return undefined
  const chosen = fieldNamed(row, CHOSEN)
  if (chosen === undefined ? !holdsText(row[rejected]) : typeof row[chosen] === 'boolean')
    return undefined
  const best = chosen === undefined ? (fromSingle(row) ?? fromMessages(row)) : { responses: [] }
  if (best === undefined || 'why' in best) return best
  const besides = [CHOSEN, REJECTED].map(([side]) =>
    besideOf(row, (field) => [`${side}_${field}`, `${field}_${side}`]),
  )
  // without a prompt beside them they are whole conversations
  const isWhole = promptFieldsOf(Object.keys(row)).every(isContextField)
  const isScored = chosen !== undefined && besides.every(({ score }) => !isNothing(score))
  const read = (name: string, place: 0 | 1): (ImportedResponse | null)[] =>
    severalOf(unquoted(row[name])).map((value) =>
      readResponse(
        isWhole ? lastAnswer(value) : value,
        name,
        isScored ? besides[place]! : { ...besides[place], score: 1 - place },
      ),
    )
  const found = collected([
    ...(chosen === undefined ? scored(best.responses, 1) : read(chosen, 0)),
    ...read(rejected, 1),
  ])
  return isScored ? found : { ...found, preferredBy: chosen ?? rejected }
}

const holdsText = (value: unknown): boolean =>
  !isNothing(value) && (typeof value === 'string' || typeof value === 'object')

const scored = (responses: readonly ImportedResponse[], score: number): ImportedResponse[] =>
  responses.map((response) => ({ ...response, score }))

/** The texts of a list of several; any other value alone. */
const severalOf = (value: unknown): unknown[] =>
  isTexts(value) && value.length > 1 ? value : [value]

/**
 * `response_0` and `response_1`, `answer_a` and `answer_b`, with `score_0` or `model_a`. Without
 * scores the one that the row prefers has 1, the others 0.
 */
function fromNumbered(row: Fields, outer?: Fields): ResponsesOfRow | undefined {
  const found = Object.keys(row).flatMap((name) => {
    const [, , mark] = NUMBERED.exec(name) ?? []
    return mark === undefined ? [] : [{ name, mark }]
  })
  if (found.length < 2) return undefined
  const marks = found.map(({ mark }) => mark.toLowerCase())
  const preferred = preferredResponse(row, marks) ?? (outer && preferredResponse(outer, marks))
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
  if (isMade) return { ...read, preferredBy: preferred.field }
  const unread = besides.some(({ beside }) => beside.score === undefined) && unreadPreference(row)
  return unread ? { ...read, notRead: [unread] } : read
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
  const scoreField = scoreFieldOf(row, namesOf)
  const modelField = fieldNamed(row, MODEL_FIELDS.flatMap(namesOf))
  return {
    scoreField,
    score: scoreField === undefined ? undefined : row[scoreField],
    model: modelField === undefined ? undefined : row[modelField],
  }
}

function collected(found: readonly (ImportedResponse | null)[]): ResponsesOfRow {
  const responses = found.filter((response) => response !== null)
  return { responses, nulls: found.length - responses.length }
}
