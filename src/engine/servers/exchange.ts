// One HTTP request and its whole answer. Redirects are not followed: the key goes to the address
// that was named, nowhere else.
import * as l10n from '@vscode/l10n'
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
  /** From the request to the end of the answer. */
  timeoutMilliseconds: number
  /** A longer answer is given up. */
  mostBytes: number
}

export interface HttpAnswer {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** No whole answer came. */
export class NoAnswer extends Error {
  /** @param isFinal whether trying again is of no use. */
  constructor(
    message: string,
    readonly isFinal = false,
  ) {
    super(message)
  }
}

/** None came in time. */
export class TooLate extends NoAnswer {}

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: l10n.t('nothing listens at this address'),
  ECONNRESET: l10n.t('the connection was cut'),
  EPIPE: l10n.t('the connection was cut'),
  ENOTFOUND: l10n.t('this host is not known'),
  EAI_AGAIN: l10n.t('the name of the host cannot be looked up now'),
  ETIMEDOUT: l10n.t('the host does not answer'),
  EHOSTUNREACH: l10n.t('there is no way to the host'),
  ENETUNREACH: l10n.t('there is no way to the network'),
}

/** @throws NoAnswer; the signal's reason when it is aborted, which closes the connection. */
export function exchange({
  method,
  url,
  body,
  key,
  agent,
  signal,
  timeoutMilliseconds,
  mostBytes,
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
        wholeText(response, mostBytes).then((text) => {
          settle()
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text })
        }, end)
      },
    )
    const minutes = timeoutMilliseconds / 60_000
    const timer = setTimeout(
      () =>
        end(
          new TooLate(
            minutes >= 1
              ? l10n.t`no whole answer came within ${Math.round(minutes)} minutes`
              : l10n.t`no whole answer came within ${timeoutMilliseconds / 1000} s`,
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

async function wholeText(response: IncomingMessage, mostBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > mostBytes)
        throw new NoAnswer(l10n.t`the answer is longer than ${Math.round(mostBytes / 1e6)} MB`)
    }
  } catch (thrown) {
    throw described(thrown)
  }
  if (!response.complete) throw new NoAnswer(l10n.t('the answer ended half-way'))
  return Buffer.concat(chunks, bytes).toString('utf8')
}

function described(thrown: unknown): NoAnswer {
  if (thrown instanceof NoAnswer) return thrown
  const { code = '', message } = thrown as NodeJS.ErrnoException
  const isCertificate = /CERT|SELF_SIGNED|ALTNAME|ISSUER|WRONG_VERSION/.test(code)
  return new NoAnswer(
    REASONS[code] ??
      (isCertificate
        ? l10n.t`its certificate is not accepted (${code}); NODE_EXTRA_CA_CERTS names further authorities`
        : message || code),
    isCertificate,
  )
}
