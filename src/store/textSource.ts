// Text files as decoded lines: gzip undone, UTF-8 checked, every failure with file and line.
import * as l10n from '@vscode/l10n'
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { decodeUtf8, splitLines } from '../core/formats/lines'
import { FailureError, failureError, toFailure } from '../shared/errors'

export interface TextLine {
  /** Without line feed, carriage return at the end, and byte order mark. */
  text: string
  /** 1-based. */
  line: number
}

/**
 * The lines of a text file, compressed when its name ends in `.gz`.
 * @throws FailureError `bad-input` for what is not UTF-8, not gzip, or has lines beyond all
 *   measure; file-system failures.
 */
export async function* textLines(file: string): AsyncGenerator<TextLine> {
  const bytes = createReadStream(file)
  const gunzip = file.endsWith('.gz') ? createGunzip() : null
  if (gunzip) bytes.on('error', (error) => gunzip.destroy(error)).pipe(gunzip)
  try {
    for await (const { bytes: raw, number, isOverlong } of splitLines(gunzip ?? bytes)) {
      if (isOverlong)
        throw failureError('bad-input', l10n.t('This line is longer than 256 MB.'), {
          where: file,
          line: number,
          remedy: l10n.t('Choose a file with one row a line.'),
        })
      const text = decodeUtf8(raw)
      if (text === null)
        throw failureError('bad-input', l10n.t('This line is not UTF-8.'), {
          where: file,
          line: number,
          remedy: l10n.t('Save the file as UTF-8.'),
        })
      yield { text: text.endsWith('\r') ? text.slice(0, -1) : text, line: number }
    }
  } catch (thrown) {
    if (isZlibError(thrown))
      throw failureError('bad-input', l10n.t('This is not a complete gzip file.'), {
        where: file,
        remedy: l10n.t('Fetch or compress it again.'),
      })
    throw new FailureError(toFailure(thrown, file), { cause: thrown })
  } finally {
    bytes.destroy()
    gunzip?.destroy()
  }
}

function isZlibError(thrown: unknown): boolean {
  const code = (thrown as { code?: unknown } | null)?.code
  return typeof code === 'string' && code.startsWith('Z_')
}
