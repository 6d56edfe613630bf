// Lists the files of a model on the model hub.
import { failureError } from '../../shared/errors'
import { type RemoteFile, refused, unreachable } from './download'

export interface HubModel {
  organisation: string
  name: string
  revision: string
}

interface Sibling {
  rfilename: string
  size?: number
  blobId?: string
  lfs?: { sha256?: string; size?: number }
}

/**
 * The files of a model at a revision, by path. Sends the access token in HF_TOKEN, if it is set.
 * @throws FailureError `model-unreachable`, or `not-found` if the hub has no such model.
 */
export async function listHubFiles(
  hub: string,
  { organisation, name, revision }: HubModel,
  signal: AbortSignal,
): Promise<Map<string, RemoteFile>> {
  const base = hub.replace(/\/+$/, '')
  const token = process.env['HF_TOKEN']
  const headers: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {}
  const url = `${base}/api/models/${organisation}/${name}/revision/${encodeURIComponent(revision)}?blobs=true`
  const response = await fetch(url, { headers, signal }).catch((thrown: unknown) => {
    signal.throwIfAborted()
    throw unreachable(url, thrown)
  })
  if (!response.ok) throw refused(url, response.status)
  const listing: unknown = await response.json().catch((thrown: unknown) => {
    signal.throwIfAborted()
    if (!(thrown instanceof SyntaxError)) throw unreachable(url, thrown)
  })
  const { sha, siblings } = (listing ?? {}) as { sha?: string; siblings?: Sibling[] }
  if (!siblings)
    throw failureError('model-unreachable', 'The model hub gave an answer that lists no files.', {
      where: url,
      remedy: 'Check the address of the model hub.',
    })
  const commit = sha ?? revision
  return new Map(
    siblings.map(({ rfilename, size, blobId, lfs }) => [
      rfilename,
      {
        url: `${base}/${organisation}/${name}/resolve/${encodeURIComponent(commit)}/${rfilename.split('/').map(encodeURIComponent).join('/')}`,
        headers,
        size: lfs?.size ?? size ?? null,
        checksum: lfs?.sha256
          ? { algorithm: 'sha256', hex: lfs.sha256 }
          : blobId
            ? { algorithm: 'git-sha1', hex: blobId }
            : null,
      },
    ]),
  )
}
