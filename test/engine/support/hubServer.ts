// A model hub on loopback that serves the files of a folder, with faults that a test requests.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import path from 'node:path'
import { onLoopback } from '../../support/servers/loopback'

export interface HubServer {
  url: string
  /** `METHOD path range` of each request, in order. */
  requests: string[]
  /**
   * Byte counts by file. Each entry applies to one request: the hub sends this many bytes, then
   * holds the connection until {@link cut}; for 0 it closes the connection at once.
   */
  sendOnly: Map<string, number[]>
  /** Closes the held connections. */
  cut(): void
  /** How many more times each of these files is sent with a wrong content. */
  damaged: Map<string, number>
  ignoreRanges: boolean
  /** The access token without which requests are refused; null: none is needed. */
  token: string | null
  close(): Promise<void>
}

const COMMIT = '0123456789abcdef0123456789abcdef01234567'

/**
 * Serves `folder` as the model `id` (`organisation/name`): graphs with SHA-256, like large files,
 * the others with Git's checksum.
 */
export async function serveModel(folder: string, id: string): Promise<HubServer> {
  const files = new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.(json|onnx)$/.test(file))
      .map((file) => [file.split(path.sep).join('/'), readFileSync(path.join(folder, file))]),
  )
  const held = new Set<ServerResponse>()
  const state: Omit<HubServer, 'url' | 'close' | 'cut'> = {
    requests: [],
    sendOnly: new Map(),
    damaged: new Map(),
    ignoreRanges: false,
    token: null,
  }

  function list(response: ServerResponse): void {
    const siblings = [...files].map(([rfilename, content]) => ({
      rfilename,
      size: content.length,
      ...(rfilename.endsWith('.onnx')
        ? {
            lfs: {
              sha256: createHash('sha256').update(content).digest('hex'),
              size: content.length,
            },
          }
        : {
            blobId: createHash('sha1')
              .update(`blob ${content.length}\0`)
              .update(content)
              .digest('hex'),
          }),
    }))
    response
      .setHeader('content-type', 'application/json')
      .end(JSON.stringify({ sha: COMMIT, siblings }))
  }

  function send(
    file: string,
    content: Buffer,
    request: IncomingMessage,
    response: ServerResponse,
  ): void {
    const from = state.ignoreRanges
      ? 0
      : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
    const damages = state.damaged.get(file) ?? 0
    state.damaged.set(file, Math.max(0, damages - 1))
    const body = damages > 0 ? Buffer.alloc(content.length, 'x') : content
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length - from })
    const only = state.sendOnly.get(file)?.shift()
    if (only === undefined) response.end(body.subarray(from))
    else if (only === 0) response.destroy()
    else {
      held.add(response)
      response.write(body.subarray(from, from + only))
    }
  }

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://hub')
    state.requests.push([url.pathname, request.headers.range].filter(Boolean).join(' '))
    const file = decodeURIComponent(url.pathname.split(`/${id}/resolve/${COMMIT}/`)[1] ?? '')
    const content = files.get(file)
    const isAllowed =
      state.token === null || request.headers.authorization === `Bearer ${state.token}`
    if (!isAllowed) response.writeHead(401).end()
    else if (url.pathname === `/api/models/${id}/revision/main`) list(response)
    else if (content) send(file, content, request, response)
    else response.writeHead(404).end()
  })
  const { origin, close } = await onLoopback(server)
  return Object.assign(state, {
    url: origin,
    cut: () => {
      for (const response of held) response.destroy()
      held.clear()
    },
    close,
  })
}
