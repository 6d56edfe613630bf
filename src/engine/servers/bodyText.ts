// The text of a response: decompressed and decoded. Servers and proxies compress responses although
// they are not asked to, name what they did not do, and do what they do not name.
import type { IncomingHttpHeaders } from 'node:http'
import { promisify } from 'node:util'
import zlib from 'node:zlib'

export type BodyText =
  { text: string } | { problem: 'unknown'; encoding: string } | { problem: 'damaged' | 'long' }

type Decompress = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>

const gunzip = promisify<Buffer, zlib.ZlibOptions, Buffer>(zlib.gunzip)

/** By content encoding. */
const DECOMPRESSORS: Readonly<Record<string, Decompress | undefined>> = {
  gzip: gunzipIfCompressed,
  'x-gzip': gunzipIfCompressed,
  deflate: inflate,
  br: promisify<Buffer, zlib.BrotliOptions, Buffer>(zlib.brotliDecompress),
  // Node has Zstandard from version 22.15 on
  ...('zstdDecompress' in zlib
    ? { zstd: promisify<Buffer, zlib.ZstdOptions, Buffer>(zlib.zstdDecompress) }
    : {}),
}

/** What stands for an encoding and is none. */
const NO_ENCODINGS = ['', 'identity', 'none', 'utf-8', 'utf8', 'binary', '8bit']

/** The encodings of a body, in the order in which they were applied. */
export const encodingsOf = (headers: IncomingHttpHeaders): string[] =>
  (headers['content-encoding'] ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => !NO_ENCODINGS.includes(name))

export async function bodyText(
  bytes: Buffer,
  headers: IncomingHttpHeaders,
  maxOutputLength: number,
): Promise<BodyText> {
  const encodings = encodingsOf(headers)
  let plain = bytes
  try {
    // a body that is compressed without saying so
    for (const encoding of encodings.length > 0 ? encodings.toReversed() : ['gzip']) {
      const decompress = DECOMPRESSORS[encoding]
      if (!decompress) return { problem: 'unknown', encoding }
      plain = await decompress(plain, { maxOutputLength })
    }
  } catch (thrown) {
    const isLong = (thrown as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE'
    return { problem: isLong ? 'long' : 'damaged' }
  }
  return { text: decoded(plain, headers['content-type']) }
}

/** A proxy that decompressed a body may leave the header as it was. */
async function gunzipIfCompressed(bytes: Buffer, options: zlib.ZlibOptions): Promise<Buffer> {
  return bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzip(bytes, options) : bytes
}

/** Some servers leave out the header that the standard asks for. */
async function inflate(bytes: Buffer, options: zlib.ZlibOptions): Promise<Buffer> {
  const hasHeader = bytes.length >= 2 && (bytes[0]! & 15) === 8 && bytes.readUInt16BE(0) % 31 === 0
  return promisify<Buffer, zlib.ZlibOptions, Buffer>(hasHeader ? zlib.inflate : zlib.inflateRaw)(
    bytes,
    options,
  )
}

/**
 * JSON is UTF-8, whatever the header says; the character set of the header counts where a body is
 * not.
 */
function decoded(bytes: Buffer, contentType: string | undefined): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return decoderOf(contentType).decode(bytes)
  }
}

function decoderOf(contentType: string | undefined): InstanceType<typeof TextDecoder> {
  const [, charset = 'utf-8'] = /charset="?([\w-]+)/i.exec(contentType ?? '') ?? []
  try {
    return new TextDecoder(charset)
  } catch {
    return new TextDecoder()
  }
}
