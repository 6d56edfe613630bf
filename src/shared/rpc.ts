// One RPC for all channels (host to engine, host to webview). Ids correlate requests and results,
// errors are sent as data, progress belongs to a request, cancelling rejects the request at once
// and sends a message, and closing a channel rejects all pending requests.
import * as l10n from '@vscode/l10n'
import { type Failure, FailureError, failureError, toFailure } from './errors'

/**
 * The requests of a protocol: `{ method: [Params, Result] }`, or `[Params, Result, Progress]` for a
 * method that reports progress.
 */
type Requests = Record<string, readonly [params: unknown, result: unknown, progress?: unknown]>
type Notifications = Record<string, unknown>

/** One direction of a channel: the requests and notifications that one side accepts. */
export interface ChannelSide {
  requests: Requests
  notifications: Notifications
}

type Progress<R extends Requests, M extends keyof R> = R[M] extends readonly [
  unknown,
  unknown,
  infer P,
]
  ? P
  : never

export interface CallContext<P> {
  readonly signal: AbortSignal
  readonly progress: (value: P) => void
}

export type RequestHandlers<R extends Requests> = {
  [M in keyof R]: (
    params: R[M][0],
    context: CallContext<Progress<R, M>>,
  ) => Promise<R[M][1]> | R[M][1]
}
export type NotificationHandlers<N extends Notifications> = {
  [M in keyof N]: (params: N[M]) => void
}

export interface CallOptions<P> {
  signal?: AbortSignal
  onProgress?: (value: P) => void
}

export interface Peer<Far extends ChannelSide> {
  request<M extends keyof Far['requests'] & string>(
    method: M,
    params: Far['requests'][M][0],
    options?: CallOptions<Progress<Far['requests'], M>>,
  ): Promise<Far['requests'][M][1]>
  notify<M extends keyof Far['notifications'] & string>(
    method: M,
    params: Far['notifications'][M],
  ): void
  /** Rejects pending and later requests with `reason`, and aborts those that this side serves. */
  close(reason: Failure): void
}

/** A channel that carries structured-clonable values in order. */
export interface Transport {
  send(message: unknown): void
  onMessage(listener: (message: unknown) => void): void
}

export type Wire =
  | { kind: 'request'; id: number; method: string; params: unknown }
  | { kind: 'cancel'; id: number }
  | { kind: 'progress'; id: number; value: unknown }
  | { kind: 'result'; id: number; value: unknown }
  | { kind: 'error'; id: number; failure: Failure }
  | { kind: 'notification'; method: string; params: unknown }

interface Pending {
  resolve(value: unknown): void
  reject(error: FailureError): void
  progress(value: unknown): void
}

type Post = (message: Wire) => void

/** The requests of the near side that wait for an answer. */
class Calls {
  private readonly pending = new Map<number, Pending>()
  private nextId = 1

  constructor(private readonly post: Post) {}

  request(
    method: string,
    params: unknown,
    { signal, onProgress }: CallOptions<unknown>,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(failureError('cancelled', l10n.t('Cancelled.')))
      const id = this.nextId++
      // The far side may be busy for seconds before it reads the message; the caller does not wait
      // for it.
      const cancel = (): void => {
        this.post({ kind: 'cancel', id })
        this.take(id)?.reject(failureError('cancelled', l10n.t('Cancelled.')))
      }
      signal?.addEventListener('abort', cancel, { once: true })
      this.pending.set(id, {
        resolve: (value) => {
          signal?.removeEventListener('abort', cancel)
          resolve(value)
        },
        reject: (error) => {
          signal?.removeEventListener('abort', cancel)
          reject(error)
        },
        progress: (value) => onProgress?.(value),
      })
      this.post({ kind: 'request', id, method, params })
    })
  }

  progress(id: number, value: unknown): void {
    this.pending.get(id)?.progress(value)
  }

  resolve(id: number, value: unknown): void {
    this.take(id)?.resolve(value)
  }

  reject(id: number, failure: Failure): void {
    this.take(id)?.reject(new FailureError(failure))
  }

  rejectAll(reason: Failure): void {
    for (const call of this.pending.values()) call.reject(new FailureError(reason))
    this.pending.clear()
  }

  private take(id: number): Pending | undefined {
    const call = this.pending.get(id)
    this.pending.delete(id)
    return call
  }
}

type Handler = (params: unknown, context: CallContext<unknown>) => unknown

/** The requests of the far side that the near side serves. */
class Served {
  private readonly running = new Map<number, AbortController>()

  constructor(
    private readonly handlers: Readonly<Record<string, Handler>>,
    private readonly post: Post,
  ) {}

  async serve(id: number, method: string, params: unknown): Promise<void> {
    const handler = Object.hasOwn(this.handlers, method) ? this.handlers[method] : undefined
    if (!handler) {
      const message = l10n.t`Unknown method ${method}.`
      this.post({ kind: 'error', id, failure: { code: 'internal', message } })
      return
    }
    const controller = new AbortController()
    this.running.set(id, controller)
    const context: CallContext<unknown> = {
      signal: controller.signal,
      progress: (value) => this.post({ kind: 'progress', id, value }),
    }
    try {
      this.post({ kind: 'result', id, value: await handler(params, context) })
    } catch (thrown) {
      this.post({ kind: 'error', id, failure: toFailure(thrown) })
    } finally {
      this.running.delete(id)
    }
  }

  abort(id: number): void {
    this.running.get(id)?.abort()
  }

  abortAll(): void {
    for (const controller of this.running.values()) controller.abort()
  }
}

/** Serves the near side's handlers on a transport and returns typed calls to the far side. */
export function connect<Near extends ChannelSide, Far extends ChannelSide>(
  transport: Transport,
  requestHandlers: RequestHandlers<Near['requests']>,
  notificationHandlers: NotificationHandlers<Near['notifications']>,
): Peer<Far> {
  let closed: Failure | undefined
  const post: Post = (message) => {
    if (!closed) transport.send(message)
  }
  const calls = new Calls(post)
  const served = new Served(requestHandlers, post)

  transport.onMessage((raw) => {
    if (closed) return
    const message = raw as Wire
    switch (message.kind) {
      case 'request':
        return void served.serve(message.id, message.method, message.params)
      case 'cancel':
        return served.abort(message.id)
      case 'progress':
        return calls.progress(message.id, message.value)
      case 'result':
        return calls.resolve(message.id, message.value)
      case 'error':
        return calls.reject(message.id, message.failure)
      case 'notification':
        if (Object.hasOwn(notificationHandlers, message.method))
          notificationHandlers[message.method]?.(message.params as never)
    }
  })

  return {
    request: (method, params, options = {}) =>
      closed
        ? Promise.reject(new FailureError(closed))
        : calls.request(method, params, options as CallOptions<unknown>),
    notify: (method, params) => post({ kind: 'notification', method, params }),
    close: (reason) => {
      if (closed) return
      closed = reason
      calls.rejectAll(reason)
      served.abortAll()
    },
  }
}
