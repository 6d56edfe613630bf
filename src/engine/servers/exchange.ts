// One HTTP request and its complete response. Redirects are not followed, so that the key is sent
// to the named address only.
import http, { type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import https from 'node:https'

export interface Exchange {
  method: 'GET' | 'POST'
  url: URL
  /** JSON. */
  body?: string
  key: string | null
  agent: http.Agent
  signal: AbortSignal
  /** From the start of the request to the end of the response. */
  timeoutMilliseconds: number
  /** A longer response is an error. */
  maxBytes: number
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

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens at this address',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'the host is unknown',
  EAI_AGAIN: 'the name of the host cannot be resolved now',
  ETIMEDOUT: 'the host does not answer',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
}

/**
 * @throws NoResponse; the reason of the signal when it aborts, which closes the connection.
 */
export function exchange({
  method,
  url,
  body,
  key,
  agent,
  signal,
  timeoutMilliseconds,
  maxBytes,
}: Exchange): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const headers: http.OutgoingHttpHeaders = { accept: 'application/json' }
    if (key !== null) headers['authorization'] = `Bearer ${key}`
    if (body !== undefined)
      Object.assign(headers, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      })
    const request = (url.protocol === 'https:' ? https : http).request(
      url,
      { method, headers, agent },
      (response) => {
        wholeText(response, maxBytes).then((text) => {
          settle()
          resolve({ status: response.statusCode!, headers: response.headers, text })
        }, end)
      },
    )
    const minutes = timeoutMilliseconds / 60_000
    const timer = setTimeout(
      () =>
        end(
          new TimedOut(
            `no whole answer came within ${minutes >= 1 ? `${Math.round(minutes)} minutes` : `${timeoutMilliseconds / 1000} s`}`,
          ),
        ),
      timeoutMilliseconds,
    )
    const cancel = (): void => end(signal.reason)
    const settle = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', cancel)
    }
    function end(reason: unknown): void {
      settle()
      request.destroy()
      reject(reason instanceof Error ? reason : new Error(String(reason)))
    }
    signal.addEventListener('abort', cancel, { once: true })
    request.on('error', (error) => end(described(error)))
    request.end(body)
  })
}

async function wholeText(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > maxBytes)
        throw new NoResponse(`the answer is longer than ${Math.round(maxBytes / 1e6)} MB`)
    }
  } catch (thrown) {
    throw described(thrown)
  }
  if (!response.complete) throw new NoResponse('the answer is incomplete')
  return Buffer.concat(chunks, bytes).toString('utf8')
}

function described(thrown: unknown): NoResponse {
  if (thrown instanceof NoResponse) return thrown
  const { code = '', message } = thrown as NodeJS.ErrnoException
  const isCertificate = /CERT|SELF_SIGNED|ALTNAME|ISSUER|WRONG_VERSION/.test(code)
  return new NoResponse(
    REASONS[code] ??
      (isCertificate
        ? `its certificate is not trusted (${code}); name its authority in NODE_EXTRA_CA_CERTS`
        : message || code),
    isCertificate,
  )
}
