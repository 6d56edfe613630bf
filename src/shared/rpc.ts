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

/** Serves the near side's handlers on a transport and returns typed calls to the far side. */
export function connect<Near extends ChannelSide, Far extends ChannelSide>(
  transport: Transport,
  requestHandlers: RequestHandlers<Near['requests']>,
  notificationHandlers: NotificationHandlers<Near['notifications']>,
): Peer<Far> {
  const pending = new Map<number, Pending>()
  const running = new Map<number, AbortController>()
  let nextId = 1
  let closed: Failure | undefined

  const post = (message: Wire): void => {
    if (!closed) transport.send(message)
  }

  async function serve(id: number, method: string, params: unknown): Promise<void> {
    const handler = Object.hasOwn(requestHandlers, method) ? requestHandlers[method] : undefined
    if (!handler) {
      post({
        kind: 'error',
        id,
        failure: { code: 'internal', message: l10n.t`Unknown method ${method}.` },
      })
      return
    }
    const controller = new AbortController()
    running.set(id, controller)
    const context: CallContext<unknown> = {
      signal: controller.signal,
      progress: (value) => post({ kind: 'progress', id, value }),
    }
    try {
      post({ kind: 'result', id, value: await handler(params, context) })
    } catch (thrown) {
      post({ kind: 'error', id, failure: toFailure(thrown) })
    } finally {
      running.delete(id)
    }
  }

  transport.onMessage((raw) => {
    if (closed) return
    const message = raw as Wire
    switch (message.kind) {
      case 'request':
        void serve(message.id, message.method, message.params)
        return
      case 'cancel':
        running.get(message.id)?.abort()
        return
      case 'progress':
        pending.get(message.id)?.progress(message.value)
        return
      case 'result':
        pending.get(message.id)?.resolve(message.value)
        pending.delete(message.id)
        return
      case 'error':
        pending.get(message.id)?.reject(new FailureError(message.failure))
        pending.delete(message.id)
        return
      case 'notification':
        if (Object.hasOwn(notificationHandlers, message.method))
          notificationHandlers[message.method]?.(message.params as never)
        return
    }
  })

  return {
    request: (method, params, { signal, onProgress } = {}) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new FailureError(closed))
        if (signal?.aborted) return reject(failureError('cancelled', l10n.t('Cancelled.')))
        const id = nextId++
        // The far side may be busy for seconds before it reads the message; the caller does not
        // wait for it.
        const cancel = (): void => {
          post({ kind: 'cancel', id })
          pending.get(id)?.reject(failureError('cancelled', l10n.t('Cancelled.')))
          pending.delete(id)
        }
        signal?.addEventListener('abort', cancel, { once: true })
        pending.set(id, {
          resolve: (value) => {
            signal?.removeEventListener('abort', cancel)
            resolve(value)
          },
          reject: (error) => {
            signal?.removeEventListener('abort', cancel)
            reject(error)
          },
          progress: (value) => onProgress?.(value as never),
        })
        post({ kind: 'request', id, method, params })
      }),
    notify: (method, params) => post({ kind: 'notification', method, params }),
    close: (reason) => {
      if (closed) return
      closed = reason
      for (const call of pending.values()) call.reject(new FailureError(reason))
      pending.clear()
      for (const controller of running.values()) controller.abort()
    },
  }
}
