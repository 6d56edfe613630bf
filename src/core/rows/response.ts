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
  'helpfulness',
  'pm_score',
  'upvotes',
  'votes',
]

/** The first of these fields that a row has. */
export const fieldNamed = (row: Fields, wanted: readonly string[]): string | undefined =>
  wanted.map((name) => named(Object.keys(row), name)).find((name) => name !== undefined)

/** Cells of a table hold lists as JSON, or as Python prints them. */
export const unquoted = (value: unknown): unknown =>
  typeof value === 'string' && /^\s*\[/.test(value) ? (literal(value) ?? value) : value

/** What stands beside a response. */
export interface Beside {
  score?: unknown
  rank?: unknown
  model?: unknown
}

/** Rank 1 is the best. */
const scoreOfRank = (rank: unknown): { score?: number } =>
  typeof rank === 'number' || typeof rank === 'bigint' ? { score: -Number(rank) } : {}

/** Fields of a response that are read, or describe it and are not needed. */
const KNOWN_FIELDS = [
  ...TEXT_FIELDS,
  ...SCORE_FIELDS,
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
  const scoreField = isObject ? fieldNamed(value, SCORE_FIELDS) : undefined
  const modelField = isObject ? fieldNamed(value, MODEL_FIELDS) : undefined
  const score = scoreOf(
    isObject && scoreField !== undefined ? value[scoreField] : beside.score,
    `${name}.${scoreField ?? 'score'}`,
  )
  const rank = isObject && value['rank'] !== undefined ? value['rank'] : beside.rank
  const model = isObject && modelField !== undefined ? value[modelField] : beside.model
  return {
    text: text.toWellFormed(),
    ...(typeof model === 'string' && model !== '' ? { model } : {}),
    ...(score === undefined ? scoreOfRank(rank) : { score }),
  }
}
