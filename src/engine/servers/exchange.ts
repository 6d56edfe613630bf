// One HTTP request and its complete response. Redirects are not followed, so that the key is sent
// to the named address only.
import * as l10n from '@vscode/l10n'
import type { IncomingHttpHeaders } from 'node:http'
import { type Dispatcher, request } from 'undici'
import { oneOrSeveral } from '../../core/counted'
import { networkFault } from '../networkFault'
import { bodyText, encodingsOf } from './bodyText'

export interface Exchange {
  method: 'GET' | 'POST'
  url: URL
  /** JSON. */
  body?: string
  /** Beside those that describe the body. */
  headers: Readonly<Record<string, string>>
  client: Dispatcher
  signal: AbortSignal
  /** From the start of the request to the end of the response. */
  timeoutMilliseconds: number
  /** A longer response is an error. */
  maxBytes: number
  /** Called with each part of a response of status 2xx that is not compressed, as it arrives. */
  onPart?: (text: string) => void
}

export interface HttpAnswer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** There was no complete response. */
export class NoResponse extends Error {
  /** @param isFinal whether a retry is useless. */
  constructor(
    message: string,
    readonly isFinal = false,
  ) {
    super(message)
  }
}

/** There was no complete response in time. */
export class TimedOut extends NoResponse {}

/**
 * @throws NoResponse; the reason of the signal when it aborts, which closes the connection.
 */
export async function exchange({
  method,
  url,
  body,
  headers,
  client,
  signal,
  timeoutMilliseconds,
  maxBytes,
  onPart,
}: Exchange): Promise<HttpAnswer> {
  signal.throwIfAborted()
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(), timeoutMilliseconds)
  try {
    const response = await request(url, {
      method,
      dispatcher: client,
      signal: AbortSignal.any([signal, timeout.signal]),
      headers: {
        accept: onPart ? 'text/event-stream, application/json' : 'application/json',
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body }),
    })
    const reader = onPart && isStream(response) ? partReader(onPart) : undefined
    const bytes = await wholeBody(response.body, maxBytes, reader)
    const text = await textIn(bytes, response.headers, maxBytes)
    return { status: response.statusCode, headers: response.headers, text }
  } catch (thrown) {
    signal.throwIfAborted()
    throw timeout.signal.aborted ? timedOut(timeoutMilliseconds) : described(thrown, url)
  } finally {
    clearTimeout(timer)
  }
}

function timedOut(milliseconds: number): TimedOut {
  const minutes = Math.round(milliseconds / 60_000)
  return new TimedOut(
    minutes >= 1
      ? oneOrSeveral(
          minutes,
          l10n.t('no whole answer came within a minute'),
          l10n.t`no whole answer came within ${minutes} minutes`,
        )
      : l10n.t`no whole answer came within ${milliseconds / 1000} s`,
  )
}

function isStream({ statusCode, headers }: Dispatcher.ResponseData): boolean {
  return statusCode >= 200 && statusCode < 300 && encodingsOf(headers).length === 0
}

/** A character may be divided between two chunks. */
function partReader(onPart: (text: string) => void): (chunk: Buffer) => void {
  const decoder = new TextDecoder()
  return (chunk) => onPart(decoder.decode(chunk, { stream: true }))
}

async function wholeBody(
  body: AsyncIterable<Buffer>,
  maxBytes: number,
  onChunk?: (chunk: Buffer) => void,
): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    chunks.push(chunk)
    bytes += chunk.length
    // leaving the loop closes the connection
    if (bytes > maxBytes) throw tooLong(maxBytes)
    onChunk?.(chunk)
  }
  return Buffer.concat(chunks, bytes)
}

const tooLong = (maxBytes: number): NoResponse =>
  new NoResponse(l10n.t`the answer is longer than ${Math.round(maxBytes / 1e6)} MB`)

/** @throws NoResponse */
async function textIn(
  bytes: Buffer,
  headers: IncomingHttpHeaders,
  maxBytes: number,
): Promise<string> {
  const body = await bodyText(bytes, headers, maxBytes)
  if ('text' in body) return body.text
  switch (body.problem) {
    case 'unknown':
      throw new NoResponse(
        l10n.t`its answer is compressed as ${body.encoding}, which is not read here`,
        true,
      )
    case 'damaged':
      throw new NoResponse(l10n.t('the answer is incomplete'))
    case 'long':
      throw tooLong(maxBytes)
  }
}

function described(thrown: unknown, url: URL): NoResponse {
  if (thrown instanceof NoResponse) return thrown
  const { reason, isFinal } = networkFault(thrown, url)
  return new NoResponse(reason, isFinal)
}
