// Lists the files of a model on the model hub.
import * as l10n from '@vscode/l10n'
import { failureError } from '../../shared/errors'
import { isSendable } from '../headerValue'
import type { RemoteFile } from './download'
import { type HubRequestOptions, request, withAttempts } from './hubRequest'

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
 * The files of a model at a revision, by path.
 * @param token the access token to send, if there is one.
 * @throws FailureError `model-unreachable`, `not-found` if the hub has no such model,
 *   `bad-input` for an address or a token that no request can have.
 */
export async function listHubFiles(
  hub: string,
  { organisation, name, revision }: HubModel,
  options: HubRequestOptions & { token?: string | null },
): Promise<Map<string, RemoteFile>> {
  const base = baseOf(hub)
  const headers = authorization(options.token)
  const url = `${base}/api/models/${organisation}/${name}/revision/${encodeURIComponent(revision)}?blobs=true`
  const listing = await withAttempts(url, options, () =>
    request(url, headers, options.signal, (response) => response.json().catch(ignoreSyntax)),
  )
  const { sha, siblings } = (listing ?? {}) as { sha?: string; siblings?: Sibling[] }
  if (!siblings)
    throw failureError(
      'model-unreachable',
      l10n.t('The model hub gave an answer that lists no files.'),
      {
        where: url,
        remedy: l10n.t('Check the address of the model hub.'),
      },
    )
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

function baseOf(hub: string): string {
  if (URL.canParse(hub) && /^https?:$/.test(new URL(hub).protocol)) return hub.replace(/\/+$/, '')
  throw failureError('bad-input', l10n.t('The address of the model hub is no web address.'), {
    where: hub,
    remedy: l10n.t('Write one that begins with https:// into HF_ENDPOINT, or into the setting.'),
  })
}

/** Line breaks around a token come with copying it. */
function authorization(token: string | null | undefined): Record<string, string> {
  const value = token?.replace(/[\r\n]/g, '').trim() ?? ''
  if (value === '') return {}
  if (isSendable(value)) return { authorization: `Bearer ${value}` }
  throw failureError(
    'bad-input',
    l10n.t('The access token for the model hub holds characters that no request can carry.'),
    {
      remedy: l10n.t(
        'Set it again, without non-ASCII characters: with “AEPO: Set Hugging Face Token…” in VS Code, or in HF_TOKEN.',
      ),
    },
  )
}

/** What is no JSON lists no files. */
function ignoreSyntax(thrown: unknown): undefined {
  if (!(thrown instanceof SyntaxError)) throw thrown
}
