// Rows of Parquet files, each with its number.
import * as l10n from '@vscode/l10n'
import zlib from 'node:zlib'
import {
  asyncBufferFromFile,
  type Compressors,
  parquetMetadataAsync,
  parquetReadObjects,
} from 'hyparquet'
import { failureError, FailureError, toFailure } from '../shared/errors'
import { headOf } from './fileHead'
import type { Row } from './rows'

/** What a Parquet file begins and ends with. */
export const PARQUET_MAGIC = 'PAR1'

/** Read a row group at a time. `line` is the row's number, from 1. */
export async function* parquetRows(where: string): AsyncGenerator<Row> {
  let line = 0
  try {
    const file = await asyncBufferFromFile(where)
    if (file.byteLength === 0) return
    if (!(await isComplete(where, file)))
      throw failureError('bad-input', l10n.t('This Parquet file is truncated.'), {
        where,
        remedy: l10n.t('Fetch it again.'),
      })
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

/** Whether a file that begins as Parquet also ends so. */
async function isComplete(
  where: string,
  file: Awaited<ReturnType<typeof asyncBufferFromFile>>,
): Promise<boolean> {
  if ((await headOf(where, 4)).toString('latin1') !== PARQUET_MAGIC) return true
  const end = Buffer.from(await file.slice(Math.max(0, file.byteLength - 4)))
  return end.toString('latin1') === PARQUET_MAGIC
}

/** hyparquet knows Snappy; Node knows these (Zstandard from version 22.15 on). */
const COMPRESSORS: Compressors = {
  GZIP: (input) => zlib.gunzipSync(input),
  BROTLI: (input) => zlib.brotliDecompressSync(input),
  ...('zstdDecompressSync' in zlib
    ? { ZSTD: (input: Uint8Array) => zlib.zstdDecompressSync(input) }
    : {}),
}
