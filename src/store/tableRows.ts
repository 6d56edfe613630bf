// Rows of tables, each with its line or number: CSV and TSV with a header line, Parquet.
import * as l10n from '@vscode/l10n'
import { Readable } from 'node:stream'
import zlib from 'node:zlib'
import { CsvError, parse } from 'csv-parse'
import {
  asyncBufferFromFile,
  type Compressors,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet'
import { failureError, FailureError, toFailure } from '../shared/errors'
import type { Row } from './jsonRows'
import type { TextLine } from './textSource'

/**
 * The first line names the fields. Quoted fields may hold line feeds; a row counts as standing on
 * its last line.
 */
export async function* csvRows(
  lines: AsyncIterable<TextLine>,
  where: string,
  delimiter: ',' | '\t',
): AsyncGenerator<Row> {
  const parser = parse({
    columns: true,
    info: true,
    delimiter,
    relax_quotes: true,
    skip_empty_lines: true,
    record_delimiter: '\n',
  })
  const source = Readable.from(withLineFeeds(lines))
  source.on('error', (error) => parser.destroy(error))
  source.pipe(parser)
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: Record<string, string>
      info: { lines: number }
    }>)
      yield { row: record, line: info.lines }
  } catch (thrown) {
    if (!(thrown instanceof CsvError)) throw thrown
    const line: unknown = thrown['lines']
    throw failureError('bad-input', `${thrown.message}.`, {
      where,
      ...(typeof line === 'number' ? { line } : {}),
      remedy: l10n.t('Correct or remove the row.'),
    })
  } finally {
    source.destroy()
    parser.destroy()
  }
}

async function* withLineFeeds(lines: AsyncIterable<TextLine>): AsyncGenerator<string> {
  for await (const { text } of lines) yield `${text}\n`
}

/** Read a row group at a time. `line` is the row's number, from 1. */
export async function* parquetRows(where: string): AsyncGenerator<Row> {
  let line = 0
  try {
    const file = await asyncBufferFromFile(where)
    const metadata = await parquetMetadataAsync(file)
    for (const group of metadata.row_groups) {
      const rowEnd = line + Number(group.num_rows)
      for (const row of await parquetReadObjects({
        file,
        metadata,
        rowStart: line,
        rowEnd,
        compressors: COMPRESSORS,
      }))
        yield { row, line: ++line }
    }
  } catch (thrown) {
    const failure = toFailure(thrown, where)
    if (failure.code !== 'internal') throw new FailureError(failure, { cause: thrown })
    throw failureError('bad-input', l10n.t`This Parquet file cannot be read: ${failure.message}.`, {
      where,
      remedy: l10n.t('Convert it to JSON Lines.'),
    })
  }
}

/** hyparquet knows Snappy; Node knows these (Zstandard from version 22.15 on). */
const COMPRESSORS: Compressors = {
  GZIP: (input) => zlib.gunzipSync(input),
  BROTLI: (input) => zlib.brotliDecompressSync(input),
  ...('zstdDecompressSync' in zlib
    ? { ZSTD: (input: Uint8Array) => zlib.zstdDecompressSync(input) }
    : {}),
}
