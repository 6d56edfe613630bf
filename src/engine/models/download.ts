// Downloads one file: resumes an earlier attempt, verifies the checksum, downloads a damaged file
// once more, and renames the file into place when it is sound.
import * as l10n from '@vscode/l10n'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { failureError } from '../../shared/errors'
import {
  HubFault,
  type HubRequestOptions,
  incompleteFile,
  RangeRefused,
  request,
  withAttempts,
} from './hubRequest'

export interface RemoteFile {
  url: string
  headers: Record<string, string>
  /** In bytes; null if the server does not say. */
  size: number | null
  /** Checksum of the content from the server: SHA-256, or Git's SHA-1 of a blob. */
  checksum: { algorithm: 'sha256' | 'git-sha1'; hex: string } | null
}

export interface DownloadOptions extends HubRequestOptions {
  /** Bytes on disk so far, and of the whole file if known. */
  onProgress: (bytes: number, totalBytes: number | null) => void
}

/**
 * Downloads `file` to `target` through `target.part`.
 * @throws FailureError `model-unreachable` or `not-found` if the server cannot be reached or does
 *   not send the file, `model-incomplete` if the checksum is wrong twice; errors of the file
 *   system.
 */
export async function download(
  file: RemoteFile,
  target: string,
  options: DownloadOptions,
): Promise<void> {
  const part = `${target}.part`
  await mkdir(path.dirname(target), { recursive: true })
  if (!(await fetchSound(file, part, options))) {
    // The transfer may have been damaged, or an earlier attempt had begun with another content.
    options.onWait(l10n.t('The downloaded file is damaged. It is downloaded once more.'))
    if (!(await fetchSound(file, part, options))) throw damaged(file.url)
  }
  await rename(part, target)
}

/** Whether all bytes came and the checksum is right; otherwise nothing is kept. */
async function fetchSound(
  file: RemoteFile,
  part: string,
  options: DownloadOptions,
): Promise<boolean> {
  let before = 0
  const fetchMore = async (): Promise<void> => {
    before = await sizeOf(part)
    if (before === 0 || before !== file.size) await fetchRest(file, part, before, options)
  }
  await withAttempts(file.url, options, fetchMore, async () => (await sizeOf(part)) > before)
  if (await isSound(file, part, options.signal)) return true
  await rm(part, { force: true })
  return false
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
  await request(file.url, headers, signal, async (response, alive) => {
    if (/^text\/html\b/.test(response.headers.get('content-type') ?? '')) throw webPage(file.url)
    const resumed = response.status === 206
    const handle = await open(part, resumed ? 'a' : 'w')
    try {
      let bytes = resumed ? have : 0
      onProgress(bytes, file.size)
      for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
        alive()
        await handle.write(chunk)
        bytes += chunk.length
        onProgress(bytes, file.size)
      }
      if (file.size !== null && bytes < file.size) throw new HubFault(...incompleteFile())
      await handle.sync()
    } finally {
      await handle.close()
    }
  }).catch(async (thrown: unknown) => {
    if (thrown instanceof RangeRefused) await rm(part, { force: true })
    throw thrown
  })
}

const webPage = (where: string): Error =>
  failureError(
    'model-unreachable',
    l10n.t('The model hub sent a web page instead of the file, as proxies and logins do.'),
    {
      where,
      remedy: l10n.t(
        'Open the address in a browser, and check the address of the model hub; then start again.',
      ),
    },
  )

const damaged = (where: string): Error =>
  failureError(
    'model-incomplete',
    l10n.t('The downloaded file is damaged: its checksum is wrong.'),
    {
      where,
      remedy: l10n.t('Start again to download the file once more.'),
    },
  )

async function isSound(
  { size, checksum }: RemoteFile,
  part: string,
  signal: AbortSignal,
): Promise<boolean> {
  const actual = await sizeOf(part)
  if (size !== null && actual !== size) return false
  return (
    checksum === null ||
    (await checksumOf(part, actual, checksum.algorithm, signal)) === checksum.hex
  )
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
