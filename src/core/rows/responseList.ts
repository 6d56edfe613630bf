// Rows that hold a list of responses, with scores and models in it or beside it.
import * as l10n from '@vscode/l10n'
import {
  fieldNamed,
  type Fields,
  type ImportedResponse,
  MODEL_FIELDS,
  readResponse,
  SCORE_FIELDS,
  unquoted,
  unreadFields,
} from './response'
import { TEXT_FIELDS } from './responseText'
import { named } from './rowFields'
import { RowFault } from './rowFault'
import { describeValue, isRecord } from '../text/values'

export type ResponsesOfRow =
  | {
      responses: ImportedResponse[]
      /** Responses that are null, which are left out. */
      nulls: number
      /** The field that names the preferred response, whose score is 1. Absent with scores. */
      preferredBy?: string
      /** Fields of the responses that are not read: `responses[].annotations`. */
      notRead?: string[]
      /** Fields of the row that hold them under a name which is not known for responses. */
      read?: string[]
    }
  /** The shape is unknown where no field is known to hold responses. */
  | { why: string; isUnknownShape?: true }

/** Lists of responses. */
export const LIST_FIELDS = [
  'responses',
  'completions',
  'generations',
  'candidates',
  'outputs',
  'answers',
  'samples',
  'response',
  'completion',
  'generation',
  'output',
  'choices',
  'all_generated_responses',
]
const MODEL_LISTS = ['models', 'generators', 'generation_models', ...MODEL_FIELDS]
const SCORE_LISTS = ['scores', 'ratings', 'rewards', 'all_rm_scores', ...SCORE_FIELDS]
const RANK_LISTS = ['ranks', 'rankings', 'rank', 'ranking']

/** Problems of one row that are named. */
const MOST_NAMED = 3

/** `{"responses": [text or {"text", "model"?, "score"?}]}`; scores and models also beside it. */
export function fromList(row: Fields): ResponsesOfRow | undefined {
  for (const wanted of LIST_FIELDS) {
    const name = named(Object.keys(row), wanted)
    if (name === undefined) continue
    const value = unquoted(row[name])
    if (Array.isArray(value)) return readList(row, name, value as unknown[])
    if (wanted.endsWith('s') && isByModel(value)) return readList(row, name, byModel(value))
    if (wanted === 'responses' && value !== null && typeof value !== 'string')
      throw new RowFault('broken', l10n.t`${name} is ${describeValue(value)}, not a list`)
  }
  return undefined
}

/** `{"model": "text"}` */
const isByModel = (value: unknown): value is Record<string, string> =>
  isRecord(value) &&
  Object.keys(value).length > 1 &&
  fieldNamed(value, TEXT_FIELDS) === undefined &&
  Object.values(value).every((text) => typeof text === 'string')

const byModel = (texts: Record<string, string>): object[] =>
  Object.entries(texts).map(([model, text]) => ({ model, text }))

function readList(row: Fields, name: string, values: readonly unknown[]): ResponsesOfRow {
  const scores = parallel(row, SCORE_LISTS, name, values.length)
  const ranks = parallel(row, RANK_LISTS, name, values.length)
  const models = parallel(row, MODEL_LISTS, name, values.length)
  const notRead = new Set<string>()
  const responses: ImportedResponse[] = []
  const problems: string[] = []
  let nulls = 0
  for (const [place, value] of values.entries()) {
    try {
      const response = readResponse(value, `${name}[${place}]`, {
        score: scores?.[place],
        rank: ranks?.[place],
        model: models?.[place],
      })
      for (const field of unreadFields(value)) notRead.add(`${name}[].${field}`)
      if (response) responses.push(response)
      else nulls++
    } catch (thrown) {
      if (!(thrown instanceof RowFault)) throw thrown
      problems.push(thrown.message)
    }
  }
  const more = problems.length - MOST_NAMED
  if (problems.length > 0)
    return {
      why: [...problems.slice(0, MOST_NAMED), ...(more > 0 ? [l10n.t`and ${more} more`] : [])].join(
        '; ',
      ),
    }
  return { responses, nulls, ...(notRead.size > 0 ? { notRead: [...notRead] } : {}) }
}

/** A list beside the responses with an element for each. */
function parallel(
  row: Fields,
  wanted: readonly string[],
  beside: string,
  length: number,
): readonly unknown[] | undefined {
  const name = fieldNamed(row, wanted)
  const value = name === undefined ? undefined : unquoted(row[name])
  if (name === undefined || !Array.isArray(value)) return undefined
  if (value.length === length) return value as unknown[]
  throw new RowFault(
    'broken',
    l10n.t`${name} has ${value.length} elements, ${beside} has ${length}`,
  )
}
