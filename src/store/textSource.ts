// Text files as decoded lines: gzip undone, UTF-8 checked, every failure with file and line.
import * as l10n from '@vscode/l10n'
import { createReadStream } from 'node:fs'
import { createGunzip } from 'node:zlib'
import { decodeUtf8, type Line, splitLines } from '../core/text/lines'
import { type NotData, notDataByHead, notDataByZeroBytes } from '../core/text/notData'
import { FailureError, failureError, toFailure } from '../shared/errors'
import { headOf, peek, type Peeked } from './fileHead'

/** What is looked at to tell how a text is written. */
const HEAD_BYTES = 1 << 16

const CARRIAGE_RETURN = 0x0d
const LINE_FEED = 0x0a

export interface TextLine {
  /** Without its end and without byte order mark. */
  text: string
  /** What ends the line: a line feed, both characters, a carriage return, or nothing at the end. */
  end: '\n' | '\r\n' | '\r' | ''
  /** 1-based. */
  line: number
}

/** An opened text file: one of its generators is to be read, once. */
export interface TextSource {
  /** Its beginning, uncompressed. */
  head: string
  /** Whether the head is all of it. */
  isWhole: boolean
  lines: () => AsyncGenerator<TextLine>
  /** Its text in pieces of any length, whatever the length of its lines. */
  pieces: () => AsyncGenerator<string>
}

/**
 * Opens a text file, compressed or not: its content tells. Lines end with a line feed; in a file
 * that has none at its beginning but carriage returns, with those.
 * @throws FailureError `bad-input` for what holds no rows (a Git LFS pointer, a page in HTML,
 *   UTF-16, zero bytes); from `lines` for what is not UTF-8, not a complete gzip file, or has lines
 *   beyond all measure; file-system failures.
 */
export async function openText(file: string): Promise<TextSource> {
  const { head, all } = await begin(file)
  const lineEnd =
    head.includes(CARRIAGE_RETURN) && !head.includes(LINE_FEED) ? CARRIAGE_RETURN : LINE_FEED
  return {
    head: new TextDecoder().decode(head),
    isWhole: head.length < HEAD_BYTES,
    lines: () => linesOf(all, file, lineEnd),
    pieces: () => piecesOf(all, file),
  }
}

/** @throws FailureError for what holds no rows, as {@link openText}. */
export async function mustHoldText(file: string): Promise<void> {
  await (await begin(file)).close()
}

async function begin(file: string): Promise<Peeked> {
  const peeked = await peek(bytesOf(file, await isGzip(file)), HEAD_BYTES)
  const notData = notDataByHead(peeked.head)
  if (notData === null) return peeked
  await peeked.close()
  throw notDataFailure(notData, file)
}

/** @throws FailureError */
export const isGzip = async (file: string): Promise<boolean> =>
  (await headOf(file, 2)).toString('latin1') === '\x1f\x8b'

export const notDataFailure = (
  { message, remedy }: NotData,
  where: string,
  line?: number,
): FailureError =>
  failureError('bad-input', message, { where, ...(line === undefined ? {} : { line }), remedy })

async function* bytesOf(file: string, isCompressed: boolean): AsyncGenerator<Buffer> {
  const bytes = createReadStream(file)
  const gunzip = isCompressed ? createGunzip() : null
  if (gunzip) bytes.on('error', (error) => gunzip.destroy(error)).pipe(gunzip)
  try {
    yield* (gunzip ?? bytes) as AsyncIterable<Buffer>
  } catch (thrown) {
    if (isZlibError(thrown))
      throw failureError('bad-input', l10n.t('This gzip file is truncated or damaged.'), {
        where: file,
        remedy: l10n.t('Fetch or compress it again.'),
      })
    throw new FailureError(toFailure(thrown, file), { cause: thrown })
  } finally {
    bytes.destroy()
    gunzip?.destroy()
  }
}

async function* linesOf(
  bytes: AsyncGenerator<Buffer>,
  where: string,
  lineEnd: number,
): AsyncGenerator<TextLine> {
  for await (const line of splitLines(bytes, undefined, lineEnd)) {
    const { number, isTerminated } = line
    const text = decoded(line, where)
    const notData = notDataByZeroBytes(text)
    if (notData) throw notDataFailure(notData, where, number)
    if (lineEnd === CARRIAGE_RETURN) yield { text, end: isTerminated ? '\r' : '', line: number }
    else if (text.endsWith('\r'))
      yield { text: text.slice(0, -1), end: isTerminated ? '\r\n' : '\r', line: number }
    else yield { text, end: isTerminated ? '\n' : '', line: number }
  }
}

async function* piecesOf(bytes: AsyncGenerator<Buffer>, where: string): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let line = 1
  for await (const chunk of bytes) {
    const text = decodedPiece(decoder, chunk, { where, line })
    line += text.split('\n').length - 1
    yield text
  }
  yield decodedPiece(decoder, undefined, { where, line })
}

/** @param chunk undefined at the end of the file. */
function decodedPiece(
  decoder: InstanceType<typeof TextDecoder>,
  chunk: Buffer | undefined,
  { where, line }: { where: string; line: number },
): string {
  try {
    const text = chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
    const notData = notDataByZeroBytes(text)
    if (notData) throw notDataFailure(notData, where, line + linesBefore(text, '\0'))
    return text
  } catch (thrown) {
    if (thrown instanceof FailureError) throw thrown
    if (!chunk) throw truncated(WITHIN_CHARACTER, where, line)
    const fatal = new TextDecoder().decode(chunk)
    throw notUtf8(where, line + linesBefore(fatal, '\uFFFD'))
  }
}

const linesBefore = (text: string, character: string): number =>
  text.slice(0, text.indexOf(character)).split('\n').length - 1

/** @param how it ends, without a full stop. */
export const truncated = (how: string, where: string, line: number): FailureError =>
  failureError('bad-input', l10n.t`The file is truncated: ${how}.`, {
    where,
    line,
    remedy: l10n.t('Fetch or write it again, or remove the incomplete end.'),
  })

const WITHIN_CHARACTER = l10n.t('it ends within a character')

const notUtf8 = (where: string, line: number): FailureError =>
  failureError('bad-input', l10n.t('This line is not UTF-8.'), {
    where,
    line,
    remedy: l10n.t(
      'Save the file as UTF-8, or convert it from its encoding, such as iconv -f WINDOWS-1252 -t UTF-8.',
    ),
  })

function decoded({ bytes, number, isOverlong, isTerminated }: Line, where: string): string {
  if (isOverlong)
    throw failureError('bad-input', l10n.t('This line is longer than 256 MB.'), {
      where,
      line: number,
      remedy: l10n.t('Choose a file with one row a line.'),
    })
  const text = decodeUtf8(bytes)
  if (text !== null) return text
  throw !isTerminated && isCutCharacter(bytes)
    ? truncated(WITHIN_CHARACTER, where, number)
    : notUtf8(where, number)
}

/** Whether bytes are UTF-8 but for a character whose last bytes are missing. */
const isCutCharacter = (bytes: Buffer): boolean =>
  [1, 2, 3].some((missing) => {
    const first = bytes.at(-missing) ?? 0
    return first >= 0xc0 && decodeUtf8(bytes.subarray(0, -missing)) !== null
  })

function isZlibError(thrown: unknown): boolean {
  const code = (thrown as { code?: unknown } | null)?.code
  return typeof code === 'string' && code.startsWith('Z_')
}
