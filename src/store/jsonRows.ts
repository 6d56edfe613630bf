// Rows of JSON files, each with its line: JSON Lines, lists of rows, and objects that hold one.
import * as l10n from '@vscode/l10n'
import { findNodeAtLocation, parseTree } from 'jsonc-parser'
import { jsonProblem, positionAt } from '../core/formats/jsonProblem'
import { failureError } from '../shared/errors'
import type { TextLine } from './textSource'

export interface Row {
  row: unknown
  /** 1-based line on which the row stands; its number in formats without lines. */
  line: number
}

/** Keys under which an object at the top holds its rows. */
const ROW_LISTS = ['data', 'rows', 'prompts', 'examples', 'instances', 'train']

/** A list of rows is read as one text: V8 holds no longer one. */
const LONGEST_LIST_CHARACTERS = 2 ** 29 - 24

/** One JSON value a line; blank lines are passed over. Files of any length. */
export async function* jsonLineRows(
  lines: AsyncIterable<TextLine>,
  where: string,
): AsyncGenerator<Row> {
  for await (const { text, line } of lines) {
    if (text.trim() !== '') yield { row: parse(text, where, line), line }
  }
}

/**
 * A file `.json`: a list of rows; an object that holds one under `data` or the like; JSON Lines
 * under another name; or a single row. JSON Lines may be of any length, the others up to half a
 * gigabyte.
 */
export async function* jsonRows(
  lines: AsyncIterable<TextLine>,
  where: string,
): AsyncGenerator<Row> {
  const iterator = lines[Symbol.asyncIterator]()
  const first = await firstLine(iterator)
  if (!first) return
  const rest = { [Symbol.asyncIterator]: () => iterator }
  if (first.text.trimStart().startsWith('{') && isJson(first.text)) {
    yield* rowsOfLines(first, rest, where)
    return
  }
  const texts = [first.text]
  let characters = first.text.length
  for await (const { text } of rest) {
    texts.push(text)
    characters += text.length + 1
    if (characters > LONGEST_LIST_CHARACTERS)
      throw failureError('bad-input', l10n.t('This list is longer than half a gigabyte.'), {
        where,
        remedy: l10n.t('Convert it to JSON Lines.'),
      })
  }
  const text = texts.join('\n')
  yield* rowsOfValue(parse(text, where, first.line), text, first.line)
}

/**
 * A first line that is a whole object: rows line by line, unless it is all there is and holds a
 * list.
 */
async function* rowsOfLines(
  first: TextLine,
  rest: AsyncIterable<TextLine>,
  where: string,
): AsyncGenerator<Row> {
  let held: TextLine | null = first
  for await (const row of jsonLineRows(rest, where)) {
    if (held) yield { row: parse(held.text, where, held.line), line: held.line }
    held = null
    yield row
  }
  if (held) yield* rowsOfValue(parse(held.text, where, held.line), held.text, held.line)
}

function* rowsOfValue(value: unknown, text: string, firstLineNumber: number): Generator<Row> {
  const key = isRecord(value) ? ROW_LISTS.find((name) => Array.isArray(value[name])) : undefined
  const list: unknown = isRecord(value) && key !== undefined ? value[key] : value
  if (!Array.isArray(list)) {
    yield { row: value, line: firstLineNumber }
    return
  }
  const root = key === undefined ? undefined : parseTree(text)
  const start =
    root && key !== undefined ? (findNodeAtLocation(root, [key])?.offset ?? 0) : text.indexOf('[')
  const elementLines = linesOfElements(text, start)
  for (const row of list as unknown[])
    yield { row, line: firstLineNumber - 1 + (elementLines.next().value ?? 1) }
}

/**
 * The 1-based line on which each element of a list begins; `text` is valid JSON with the list's
 * bracket at `start`.
 */
function* linesOfElements(text: string, start: number): Generator<number, undefined> {
  let { line } = positionAt(text, start)
  let depth = 0
  let isElementAhead = false
  for (let at = start; at < text.length; at++) {
    const character = text[at]
    if (character === '\n') line++
    if (character === undefined || /\s/.test(character)) continue
    const isClosing = character === ']' || character === '}'
    if (depth === 1 && isElementAhead && !isClosing) {
      isElementAhead = false
      yield line
    }
    if (character === '"') at = endOfText(text, at)
    else if (character === '[' || character === '{') depth++
    else if (isClosing) depth--
    if (depth === 0) return
    if (depth === 1 && (at === start || character === ',')) isElementAhead = true
  }
}

/** The place of the quote that ends the text which begins at `start`. */
function endOfText(text: string, start: number): number {
  let end = text.indexOf('"', start + 1)
  while (isEscaped(text, end)) end = text.indexOf('"', end + 1)
  return end
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text[at - 1 - backslashes] === '\\') backslashes++
  return backslashes % 2 === 1
}

async function firstLine(lines: AsyncIterator<TextLine>): Promise<TextLine | null> {
  for (;;) {
    const next = await lines.next()
    if (next.done) return null
    if (next.value.text.trim() !== '') return next.value
  }
}

function parse(text: string, where: string, line: number): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const problem = jsonProblem(text)
    throw failureError('bad-input', problem.message, {
      where,
      line: line + problem.line - 1,
      column: problem.column,
      remedy: l10n.t('Correct the JSON or remove the row.'),
    })
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
