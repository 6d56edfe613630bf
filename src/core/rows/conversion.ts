// How a user converts a file of responses whose rows have another shape.
import * as l10n from '@vscode/l10n'
import { isRecord } from '../text/values'
import type { FileFormat } from './fileFormat'
import { isDescribingField, promptFieldsOf } from './rowFields'

/**
 * What to do with a file of rows like this one, as a sentence without a full stop: a command for
 * JSON, names for the columns of a table. undefined for a row that has no prompt, or no texts
 * beside it.
 */
export function conversionOf(row: unknown, { kind }: FileFormat, file: string): string | undefined {
  if (!isRecord(row)) return undefined
  const [prompt] = promptFieldsOf(Object.keys(row))
  const others = Object.keys(row).filter((name) => name !== prompt && !isDescribingField(name))
  const texts = others.filter((name) => typeof row[name] === 'string')
  const lists = others.filter((name) => isListOfResponses(row[name]))
  const [list] = lists
  if (prompt === undefined || (texts.length === 0 && list === undefined)) return undefined
  if (kind === 'table' || kind === 'parquet' || kind === 'text')
    return list === undefined
      ? l10n.t`rename the columns of the responses: ${texts.map((name, place) => `${name} → response_${place + 1}`).join(', ')}`
      : l10n.t`rename the column of the responses: ${list} → responses`
  const responses = list === undefined ? `[${texts.map(pathOf).join(', ')}]` : pathOf(list)
  const filter = `${kind === 'json' ? '.[] | ' : ''}{prompt: ${pathOf(prompt)}, responses: ${responses}}`
  return l10n.t`convert the file: ${`jq -c '${filter}' ${file} > converted.jsonl`}`
}

const pathOf = (name: string): string => `.${JSON.stringify(name)}`

/** Texts, or objects with one. */
const isListOfResponses = (value: unknown): boolean =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((element) => typeof element === 'string' || isRecord(element))
