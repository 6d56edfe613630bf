// One response of a data set: its text, the model it came from and its score.
import { literal } from '../text/literal'
import { isNothing, isRecord } from '../text/values'
import { TEXT_FIELDS, textOfResponse } from './responseText'
import { named, normalName } from './rowFields'
import { scoreOf } from './scores'

export interface ImportedResponse {
  text: string
  /** The model named by the source. */
  model?: string
  /** Its judged score; higher is better. */
  score?: number
}

/** A row by its fields. */
export type Fields = Record<string, unknown>

export const MODEL_FIELDS = ['model', 'generator', 'model_name', 'generation_model']
export const SCORE_FIELDS = [
  'score',
  'overall_score',
  'rating',
  'reward',
  'overall_rating',
  'judge_score',
]
/** A score where they hold a number: some hold votes by person, or a remark. */
const MEASURE_FIELDS = ['helpfulness', 'pm_score', 'upvotes', 'votes']

/** The first of these fields that a row has. */
export const fieldNamed = (row: Fields, wanted: readonly string[]): string | undefined =>
  wanted.map((name) => named(Object.keys(row), name)).find((name) => name !== undefined)

/**
 * The field that holds the score of a response.
 * @param namesOf under which a field of the response stands.
 */
export const scoreFieldOf = (
  row: Fields,
  namesOf = (field: string): string[] => [field],
): string | undefined =>
  fieldNamed(row, SCORE_FIELDS.flatMap(namesOf)) ??
  MEASURE_FIELDS.flatMap(namesOf)
    .map((wanted) => named(Object.keys(row), wanted))
    .find((name) => name !== undefined && isNumeric(row[name]))

const isNumeric = (value: unknown): boolean =>
  ['number', 'bigint'].includes(typeof value) ||
  (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))

/** Cells of a table hold lists as JSON, or as Python prints them. */
export const unquoted = (value: unknown): unknown =>
  typeof value === 'string' && /^\s*\[/.test(value) ? (literal(value) ?? value) : value

/** What stands beside a response. */
export interface Beside {
  score?: unknown
  /** The field of the score, for faults. */
  scoreField?: string | undefined
  rank?: unknown
  model?: unknown
}

/** The lowest rank is the best; 0 has no negative. */
const scoreOfRank = (rank: unknown): { score?: number } =>
  typeof rank === 'number' || typeof rank === 'bigint' ? { score: 0 - Number(rank) } : {}

/** Fields of a response that are read, or describe it and are not needed. */
const KNOWN_FIELDS = [
  ...TEXT_FIELDS,
  ...SCORE_FIELDS,
  ...MEASURE_FIELDS,
  ...MODEL_FIELDS,
  'rank',
  'role',
  'id',
  'index',
]

/** The fields of a response that hold something and are not read. */
export const unreadFields = (value: unknown): string[] =>
  isRecord(value)
    ? Object.keys(value).filter(
        (name) => !KNOWN_FIELDS.includes(normalName(name)) && !isNothing(value[name]),
      )
    : []

/** null for a response that is null. */
export function readResponse(
  value: unknown,
  name: string,
  beside: Beside,
): ImportedResponse | null {
  if (value === null || value === undefined) return null
  const isObject = isRecord(value)
  const text = textOfResponse(value, name)
  if (text === null) return null
  const scoreField = isObject ? scoreFieldOf(value) : undefined
  const modelField = isObject ? fieldNamed(value, MODEL_FIELDS) : undefined
  const score = scoreOf(
    isObject && scoreField !== undefined ? value[scoreField] : beside.score,
    scoreField === undefined ? (beside.scoreField ?? `${name}.score`) : `${name}.${scoreField}`,
  )
  const rank = isObject && value['rank'] !== undefined ? value['rank'] : beside.rank
  const model = isObject && modelField !== undefined ? value[modelField] : beside.model
  return {
    text: text.toWellFormed(),
    ...(typeof model === 'string' && model !== '' ? { model } : {}),
    ...(score === undefined ? scoreOfRank(rank) : { score }),
  }
}
