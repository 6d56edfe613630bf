// Requests to one server: authorization, bounded concurrency, and retries until a response can be
// read.
// Invariant I11.
import * as l10n from '@vscode/l10n'
import http from 'node:http'
import https from 'node:https'
import type { IncomingHttpHeaders } from 'node:http'
import { failureError } from '../../shared/errors'
import type { Log } from '../log'
import { type Clock, systemClock } from './clock'
import { exchange, type HttpAnswer, NoResponse, TimedOut } from './exchange'
import { errorCode, Refusal, isOverflowText, errorText } from './refusal'
import { retryAfter, TRIES, waitBefore } from './retries'
import { Slots } from '../../async/slots'

/**
 * In milliseconds, for a complete response: slow servers take minutes for a long one, and requests
 * queue at the server.
 */
const TIMEOUT = 15 * 60_000
/** Twice the size of 16 choices of 65,536 tokens with log-probabilities. */
const MAX_BYTES = 256e6
/** Minimum time between two warnings in the log about one server, in milliseconds. */
const LOG_INTERVAL = 10_000

export interface Limits {
  timeoutMilliseconds: number
  maxBytes: number
  tries: number
}

export interface ConnectionOptions {
  concurrency: number
  /** The key for an origin; null if there is none. */
  keyOf: (origin: string) => Promise<string | null>
  log: Log
  clock?: Clock
  limits?: Partial<Limits>
}

export interface Call<T> {
  method: 'GET' | 'POST'
  /** A path below the server's address, such as `/models`, or a complete URL of the same origin. */
  path: string
  body?: unknown
  signal: AbortSignal
  /** Overrides the usual number of tries. */
  tries?: number
  /** Statuses that are not retried, although they usually are. */
  finalStatuses?: readonly number[]
  /** Whether the caller splits the request after a timeout. */
  splittable?: boolean
  /** Called with a sentence that says why the request waits for its next try. */
  onWait?: (sentence: string) => void
  /** Parses the response. Returns null for an unusable response; the request is then retried. */
  read: (value: unknown, headers: IncomingHttpHeaders) => T | null
}

/** A failed try. */
interface Fault {
  message: string
  code: 'server-unreachable' | 'server-refused'
  isFinal: boolean
  /** `Retry-After` in milliseconds. */
  requestedWait: number | null
  timedOut?: TimedOut
}

const UNREACHABLE = { code: 'server-unreachable', isFinal: false, requestedWait: null } as const

/** The call returns its slot and takes a new one for the next try. */
interface Requeued {
  tries: number
}

const REMEDIES = {
  'server-unreachable': l10n.t(
    'See that the server runs and the address is right, then start again: what is written is kept.',
  ),
  'server-refused': l10n.t(
    'Lower “concurrency” or wait, then start again: what is written is kept.',
  ),
} as const

export class Connection {
  private readonly limits: Limits
  private readonly clock: Clock
  private readonly slots: Slots
  private readonly agent: http.Agent
  private readonly options: ConnectionOptions
  private key: Promise<string | null> | undefined
  private loggedAt = -Infinity
  /** Number of responses so far. */
  private answers = 0
  /** How often the concurrency was halved. */
  private halvings = 0

  /** @param address base URL of the API, such as `http://host:8000/v1`. */
  constructor(
    readonly address: string,
    options: ConnectionOptions,
  ) {
    this.options = options
    this.limits = {
      timeoutMilliseconds: TIMEOUT,
      maxBytes: MAX_BYTES,
      tries: TRIES,
      ...options.limits,
    }
    this.clock = options.clock ?? systemClock
    this.slots = new Slots(options.concurrency)
    const { Agent } = new URL(address).protocol === 'https:' ? https : http
    this.agent = new Agent({ keepAlive: true, maxSockets: options.concurrency + 4 })
  }

  /**
   * Sends the request, holding one of the slots, until a response of status 2xx can be read. A
   * timeout halves the concurrency; if the server answered other requests meanwhile, it is slow but
   * not down, and the try does not count.
   * @throws Refusal for a response that a retry does not change; TimedOut from a splittable call;
   *   FailureError `server-unreachable` or `server-refused` when all tries failed; the reason of
   *   the signal.
   */
  async ask<T>(call: Call<T>): Promise<T> {
    for (let tries = 0; ;) {
      const before = tries
      const outcome = await this.slots.with(call.signal, () => this.tryUntilAnswered(call, before))
      if ('value' in outcome) return outcome.value
      tries = outcome.tries
    }
  }

  private async tryUntilAnswered<T>(
    call: Call<T>,
    before: number,
  ): Promise<{ value: T } | Requeued> {
    const most = call.tries ?? this.limits.tries
    for (let tries = before + 1; ; tries++) {
      const [answers, halvings] = [this.answers, this.halvings]
      const outcome = await this.try(call)
      if ('value' in outcome) {
        this.answers++
        return outcome
      }
      const { message, code, isFinal, requestedWait, timedOut } = outcome.fault
      if (timedOut) {
        if (halvings === this.halvings) this.halveConcurrency(message)
        if (call.splittable) throw timedOut
        if (this.answers > answers) return { tries: tries - 1 }
      }
      if (isFinal || tries >= most) {
        throw failureError(
          code,
          tries === 1
            ? l10n.t`The server does not answer as it should: ${message}.`
            : l10n.t`The server does not answer as it should: ${message} (tried ${tries} times).`,
          {
            where: this.address,
            remedy: REMEDIES[code],
          },
        )
      }
      const wait = waitBefore(tries, requestedWait, this.clock.random())
      const again = l10n.t`${message}; trying again in ${(wait / 1000).toFixed(1)} s (try ${tries + 1} of ${most})`
      this.warn(`${this.address}: ${again}.`)
      call.onWait?.(l10n.t`Waiting for the server: ${again}`)
      await this.clock.wait(wait, call.signal)
      if (timedOut) return { tries }
    }
  }

  private halveConcurrency(message: string): void {
    this.halvings++
    this.slots.halve()
    this.warn(`${this.address}: ${message}; sending fewer and smaller requests from now on.`)
  }

  private async try<T>(call: Call<T>): Promise<{ value: T } | { fault: Fault }> {
    const { method, path, body, signal, read } = call
    const url = new URL(path.startsWith('/') ? `${this.address.replace(/\/+$/, '')}${path}` : path)
    const key = await (this.key ??= this.options.keyOf(url.origin))
    let answer: HttpAnswer
    try {
      const { timeoutMilliseconds, maxBytes } = this.limits
      answer = await exchange({
        method,
        url,
        key,
        agent: this.agent,
        signal,
        timeoutMilliseconds,
        maxBytes,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (thrown) {
      if (!(thrown instanceof NoResponse)) throw thrown
      const { message, isFinal } = thrown
      const timeout = thrown instanceof TimedOut ? { timedOut: thrown } : {}
      return { fault: { ...UNREACHABLE, message, isFinal, ...timeout } }
    }
    if (answer.status < 200 || answer.status >= 300)
      return { fault: this.faultOf(answer, key, call.finalStatuses) }
    const value = read(jsonOf(answer.text), answer.headers)
    return value === null
      ? { fault: { ...UNREACHABLE, message: l10n.t('its answer is not what was asked for') } }
      : { value }
  }

  /** @throws Refusal if a retry does not change the response. */
  private faultOf(
    { status, headers, text }: HttpAnswer,
    key: string | null,
    finalStatuses: readonly number[] = [],
  ): Fault {
    const isBusy = status === 429 && errorCode(text) !== 'insufficient_quota'
    const message = errorText(text, key)
    if (
      (!isBusy && status !== 408 && status < 500) ||
      finalStatuses.includes(status) ||
      (status === 500 && isOverflowText(message))
    ) {
      // ask for the key again next time: the user can have changed it
      if (status === 401 || status === 403) this.key = undefined
      throw new Refusal(status, message, key !== null)
    }
    const details = message === '' ? `${status}` : `${status}: ${message}`
    return {
      message: isBusy
        ? l10n.t`it is asked too much (${details})`
        : l10n.t`it has a fault (${details})`,
      code: isBusy ? 'server-refused' : 'server-unreachable',
      isFinal: status === 501,
      requestedWait: retryAfter(headers['retry-after'], this.clock.now()),
    }
  }

  /** Limits the rate of warnings, because all requests in flight meet the same fault. */
  private warn(message: string): void {
    const now = this.clock.now()
    if (now - this.loggedAt < LOG_INTERVAL) return
    this.loggedAt = now
    this.options.log('warn', message)
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // every `read` returns null for it
  }
}
