// Downloads one file: resumes an earlier attempt, verifies the checksum, and renames the file into
// place when it is complete.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { failureError } from '../../shared/errors'

export interface RemoteFile {
  url: string
  headers: Record<string, string>
  /** In bytes; null if the server does not say. */
  size: number | null
  /** Checksum of the content from the server: SHA-256, or Git's SHA-1 of a blob. */
  checksum: { algorithm: 'sha256' | 'git-sha1'; hex: string } | null
}

export interface DownloadOptions {
  signal: AbortSignal
  /** Bytes on disk so far, and of the whole file if known. */
  onProgress: (bytes: number, totalBytes: number | null) => void
  /** Milliseconds to wait after a failed attempt. */
  retryDelay: number
}

/** The server is unreachable after this many successive attempts without a byte. */
const MAX_EMPTY_ATTEMPTS = 3

/**
 * Downloads `file` to `target` through `target.part`.
 * @throws FailureError `model-unreachable` or `not-found` if the server cannot be reached or does
 *   not send the file, `model-incomplete` if the checksum is wrong; errors of the file system.
 */
export async function download(
  file: RemoteFile,
  target: string,
  options: DownloadOptions,
): Promise<void> {
  const part = `${target}.part`
  await mkdir(path.dirname(target), { recursive: true })
  for (let emptyAttempts = 0; ;) {
    const before = await sizeOf(part)
    if (before > 0 && before === file.size) break
    try {
      await fetchRest(file, part, before, options)
      break
    } catch (thrown) {
      options.signal.throwIfAborted()
      if (!isNetworkError(thrown)) throw thrown
      emptyAttempts = (await sizeOf(part)) > before ? 0 : emptyAttempts + 1
      if (emptyAttempts === MAX_EMPTY_ATTEMPTS) throw unreachable(file.url, thrown)
      await wait(options.retryDelay, undefined, { signal: options.signal })
    }
  }
  await verify(file, part, options.signal)
  await rename(part, target)
}

/**
 * Appends the bytes after the first `have` to `part`; overwrites `part` if the server sends the
 * whole file.
 */
async function fetchRest(
  file: RemoteFile,
  part: string,
  have: number,
  { signal, onProgress }: DownloadOptions,
): Promise<void> {
  const headers = have > 0 ? { ...file.headers, range: `bytes=${have}-` } : file.headers
  const response = await fetch(file.url, { headers, signal })
  if (!response.ok || !response.body) {
    await response.body?.cancel()
    if (response.status === 416) await rm(part, { force: true })
    throw response.status === 416 || response.status >= 500
      ? new ServerFault(response.status)
      : refused(file.url, response.status)
  }
  const resumed = response.status === 206
  const handle = await open(part, resumed ? 'a' : 'w')
  try {
    let bytes = resumed ? have : 0
    onProgress(bytes, file.size)
    for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
      await handle.write(chunk)
      bytes += chunk.length
      onProgress(bytes, file.size)
    }
    if (file.size !== null && bytes < file.size) throw new ServerFault(response.status)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A response that another attempt may correct. */
class ServerFault extends Error {
  constructor(readonly status: number) {
    super(`the server answered with status ${status} and did not send the whole file`)
  }
}

/** `fetch` and its streams throw a TypeError for all network errors. */
const isNetworkError = (thrown: unknown): boolean =>
  thrown instanceof ServerFault || thrown instanceof TypeError

export function unreachable(url: string, cause: unknown): Error {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  return failureError(
    'model-unreachable',
    `The model hub cannot be reached (${inner instanceof Error ? inner.message : String(inner)}).`,
    {
      where: url,
      remedy:
        'Check the network connection and start again; what was downloaded is kept. The embedded models work without a network.',
    },
  )
}

export function refused(url: string, status: number): Error {
  // The hub also answers 401 for models that do not exist, to conceal private ones.
  if (status === 401)
    return failureError(
      'model-unreachable',
      'The model hub has no such model, or refuses access to it (status 401).',
      {
        where: url,
        remedy:
          'Check the model id; if it is right, accept the model’s terms on the hub and set HF_TOKEN to an access token.',
      },
    )
  if (status === 403)
    return failureError('model-unreachable', 'The model hub refuses access (status 403).', {
      where: url,
      remedy: 'Accept the model’s terms on the hub and set HF_TOKEN to an access token.',
    })
  return failureError('not-found', `The model hub has no such file or model (status ${status}).`, {
    where: url,
    remedy: 'Check the model id and its revision.',
  })
}

async function verify(
  { url, size, checksum }: RemoteFile,
  part: string,
  signal: AbortSignal,
): Promise<void> {
  const actual = await sizeOf(part)
  const sound =
    (size === null || actual === size) &&
    (checksum === null ||
      (await checksumOf(part, actual, checksum.algorithm, signal)) === checksum.hex)
  if (sound) return
  await rm(part, { force: true })
  throw failureError('model-incomplete', 'The downloaded file is damaged: its checksum is wrong.', {
    where: url,
    remedy: 'Start again to download the file once more.',
  })
}

async function checksumOf(
  file: string,
  size: number,
  algorithm: 'sha256' | 'git-sha1',
  signal: AbortSignal,
): Promise<string> {
  const hash = createHash(algorithm === 'sha256' ? 'sha256' : 'sha1')
  if (algorithm === 'git-sha1') hash.update(`blob ${size}\0`)
  for await (const chunk of createReadStream(file, { signal })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await stat(file)).size
  } catch {
    return 0
  }
}
