// From a row of a data set to the responses in it: the shapes in which data sets keep them.
import * as l10n from '@vscode/l10n'
import { literal, readMessages } from './messages'
import { textOfResponse } from './responseText'
import { named, promptFieldsOf } from './rowFields'
import { RowFault } from './rowFault'
import { scoreOf } from './scores'
import { describeValue, isNothing, isRecord } from './values'

export interface ImportedResponse {
  text: string
  /** The model named by the source. */
  model?: string
  /** Its judged score; higher is better. */
  score?: number
}

export type ResponsesOfRow =
  | {
      responses: ImportedResponse[]
      /** Responses that are null, which are left out. */
      nulls: number
    }
  | { why: string }

type Fields = Record<string, unknown>

/** Lists of responses. */
const LIST_FIELDS = [
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
]
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
const MODEL_FIELDS = ['model', 'generator', 'model_name', 'generation_model']
const MODEL_LISTS = ['models', 'generators', 'generation_models', ...MODEL_FIELDS]
const SCORE_FIELDS = ['score', 'overall_score', 'rating', 'reward', 'overall_rating', 'judge_score']
const SCORE_LISTS = ['scores', 'ratings', 'rewards', ...SCORE_FIELDS]

/** Names of two or more responses side by side, before their number or letter. */
const NUMBERED = /^(response|output|completion|generation|answer|human_ref)_?([0-9a-d])$/i

/** Problems of one row that are named. */
const MOST_NAMED = 3

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

const fieldNamed = (row: Fields, wanted: readonly string[]): string | undefined =>
  wanted.map((name) => named(Object.keys(row), name)).find((name) => name !== undefined)

/** `{"responses": [text or {"text", "model"?, "score"?}]}`, scores and models beside it or in it. */
function fromList(row: Fields): ResponsesOfRow | undefined {
  for (const wanted of LIST_FIELDS) {
    const name = named(Object.keys(row), wanted)
    if (name === undefined) continue
    const value = unquoted(row[name])
    if (Array.isArray(value)) return readList(row, name, value as unknown[])
    if (wanted === 'responses' && value !== null && typeof value !== 'string')
      throw new RowFault('broken', l10n.t`${name} is ${describeValue(value)}, not a list`)
  }
  return undefined
}

/** Cells of a table hold lists as JSON, or as Python prints them. */
const unquoted = (value: unknown): unknown =>
  typeof value === 'string' && /^\s*\[/.test(value) ? (literal(value) ?? value) : value

function readList(row: Fields, name: string, values: readonly unknown[]): ResponsesOfRow {
  const scores = parallel(row, SCORE_LISTS, name, values.length)
  const models = parallel(row, MODEL_LISTS, name, values.length)
  const responses: ImportedResponse[] = []
  const problems: string[] = []
  let nulls = 0
  for (const [place, value] of values.entries()) {
    try {
      const response = readResponse(value, `${name}[${place}]`, {
        score: scores?.[place],
        model: models?.[place],
      })
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
  return { responses, nulls }
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

interface Beside {
  score?: unknown
  model?: unknown
}

/** null for a response that is null. */
function readResponse(value: unknown, name: string, beside: Beside): ImportedResponse | null {
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
  const model = isObject && modelField !== undefined ? value[modelField] : beside.model
  return {
    text: text.toWellFormed(),
    ...(typeof model === 'string' && model !== '' ? { model } : {}),
    ...(score === undefined ? {} : { score }),
  }
}

/**
 * `{"chosen", "rejected"}`: texts, or conversations whose last answer counts. Without scores of
 * their own the chosen response has 1 and the rejected one 0.
 */
function fromPair(row: Fields): ResponsesOfRow | undefined {
  const names = Object.keys(row)
  if (named(names, 'chosen') === undefined || named(names, 'rejected') === undefined)
    return undefined
  const beside = (side: string): Beside => {
    const score = fieldNamed(row, sides(side, [...SCORE_FIELDS]))
    const model = fieldNamed(row, sides(side, MODEL_FIELDS))
    return {
      score: score === undefined ? undefined : row[score],
      model: model === undefined ? undefined : row[model],
    }
  }
  const [chosen, rejected] = [beside('chosen'), beside('rejected')]
  const isScored = !isNothing(chosen.score) && !isNothing(rejected.score)
  return collected([
    readResponse(valueOf(row, 'chosen'), 'chosen', isScored ? chosen : { ...chosen, score: 1 }),
    readResponse(
      valueOf(row, 'rejected'),
      'rejected',
      isScored ? rejected : { ...rejected, score: 0 },
    ),
  ])
}

const sides = (side: string, fields: readonly string[]): string[] =>
  fields.flatMap((field) => [`${side}_${field}`, `${field}_${side}`])

const valueOf = (row: Fields, wanted: string): unknown => {
  const name = named(Object.keys(row), wanted)
  return name === undefined ? null : unquoted(row[name])
}

/** `response_0` and `response_1`, `answer_a` and `answer_b`, with `score_0` or `model_a`. */
function fromNumbered(row: Fields): ResponsesOfRow | undefined {
  const found = Object.keys(row).flatMap((name) => {
    const [, , mark] = NUMBERED.exec(name) ?? []
    return mark === undefined ? [] : [{ name, mark }]
  })
  if (found.length < 2) return undefined
  return collected(
    found.map(({ name, mark }) => {
      const score = fieldNamed(
        row,
        SCORE_FIELDS.flatMap((field) => [`${field}_${mark}`, `${field}${mark}`]),
      )
      const model = fieldNamed(
        row,
        MODEL_FIELDS.flatMap((field) => [`${field}_${mark}`, `${field}${mark}`]),
      )
      return readResponse(unquoted(row[name]), name, {
        score: score === undefined ? undefined : row[score],
        model: model === undefined ? undefined : row[model],
      })
    }),
  )
}

/** One response a row: `{"instruction", "output", "generator"?, "score"?}`. */
function fromSingle(row: Fields): ResponsesOfRow | undefined {
  const [prompt] = promptFieldsOf(Object.keys(row))
  const name = fieldNamed(row, SINGLE_FIELDS)
  if (name === undefined || name === prompt) return undefined
  const score = fieldNamed(row, SCORE_FIELDS)
  const model = fieldNamed(row, MODEL_FIELDS)
  return collected([
    readResponse(row[name], name, {
      score: score === undefined ? undefined : row[score],
      model: model === undefined ? undefined : row[model],
    }),
  ])
}

/** A conversation whose last answer is the response. */
function fromMessages(row: Fields): ResponsesOfRow | undefined {
  const field = promptFieldsOf(Object.keys(row)).find((name) => !isNothing(row[name]))
  if (field === undefined) return undefined
  const last = readMessages(row[field], field).messages.at(-1)
  if (last?.role !== 'assistant') return undefined
  const score = fieldNamed(row, SCORE_FIELDS)
  const model = fieldNamed(row, MODEL_FIELDS)
  return collected([
    readResponse(last.content, field, {
      score: score === undefined ? undefined : row[score],
      model: model === undefined ? undefined : row[model],
    }),
  ])
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
