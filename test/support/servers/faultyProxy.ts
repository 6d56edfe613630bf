// A proxy between a client and a real server that applies faults to responses.
import http from 'node:http'
import type { ChatRequest, Fault } from './fakeServer'
import { onLoopback } from './loopback'

export interface FaultyProxy {
  /** Base URL of the API through the proxy. */
  url: string
  /** Faults of the next chat requests; undefined means none. */
  faults: (Fault | undefined)[]
  /** Number of chat requests received. */
  chats: ChatRequest[]
  close(): Promise<void>
}

/** @param target base URL of the API, such as `http://127.0.0.1:8000/v1`. */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const state = { faults: [] as FaultyProxy['faults'], chats: [] as ChatRequest[] }

  async function forward(
    request: http.IncomingMessage,
    response: http.ServerResponse,
  ): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const { pathname, origin } = new URL(request.url ?? '/', target)
    const isChat = pathname.endsWith('/chat/completions')
    const chat = isChat ? (JSON.parse(body.toString()) as ChatRequest) : null
    if (chat) state.chats.push(chat)
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${origin}${pathname}`, {
      method: request.method ?? 'GET',
      headers,
      ...(body.length > 0 ? { body } : {}),
    })
    const text = await answer.text()
    const fault = isChat ? state.faults.shift() : undefined
    if (fault)
      fault(
        { method: request.method ?? '', path: pathname, authorization: undefined, body: chat },
        response,
        () => text,
      )
    else response.writeHead(answer.status, headers).end(text)
  }

  const server = http.createServer((request, response) => {
    forward(request, response).catch((thrown: unknown) => response.destroy(thrown as Error))
  })
  const { origin, close } = await onLoopback(server)
  return Object.assign(state, { url: `${origin}/v1`, close })
}
