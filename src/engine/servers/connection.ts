// Requests to one server: authorization, bounded concurrency, and retries until a response can be
// read.
// Invariant I11.
import * as l10n from '@vscode/l10n'
import type { Dispatcher } from 'undici'
import { Slots } from '../../async/slots'
import { failureError } from '../../shared/errors'
import { isSendable } from '../headerValue'
import type { Log } from '../log'
import { httpClient } from '../network'
import { withoutEvents } from './chatStream'
import { type Clock, systemClock } from './clock'
import { beside, endpoint, keyHeader } from './endpoint'
import { exchange, type HttpAnswer, NoResponse, TimedOut } from './exchange'
import { type Fault, responseOutcomeOf, type Outcome, type Read, UNREACHABLE } from './outcome'
import { ServerRefusal, versionHint } from './refusal'
import { FAILED_ANSWER_TRIES, LOADING_TIME, LOADING_WAIT, TRIES, waitBefore } from './retries'

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
  /** A path below the server's address, such as `/models`. */
  path: string
  /** The path is beside the API, not below it: llama.cpp's `/props`. */
  isBeside?: boolean
  body?: unknown
  signal: AbortSignal
  /** Overrides the usual number of tries. */
  tries?: number
  /** Statuses that are not retried, although they usually are. */
  finalStatuses?: (status: number) => boolean
  /**
   * A shorter time for the response than the usual one. It says nothing of how many requests the
   * server can take.
   */
  timeoutMilliseconds?: number
  /** Whether the caller splits the request, or does without it, after a timeout. */
  splittable?: boolean
  /** Called with a sentence that says why the request waits for its next try. */
  onWait?: (sentence: string) => void
  read: Read<T>
  /** Called at the start of each try; its result with each part of the response as it arrives. */
  onTry?: () => (text: string) => void
}

interface Tries {
  all: number
  /** Those that ended in a response that seldom changes. */
  failedAnswers: number
  /** Those that a limit of the rate ended while other requests were answered: they do not count. */
  outpaced: number
  /** Responses of the server up to the last try. */
  answers: number
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
  private readonly client: Dispatcher
  private readonly options: ConnectionOptions
  private key: Promise<string | null> | undefined
  private loggedAt = -Infinity
  /** Number of responses so far. */
  private answers = 0
  /** Whether one of them was to what a model was asked. */
  private hasServed = false
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
    this.client = httpClient()
  }

  /**
   * Sends the request, holding one of the slots, until a response of status 2xx can be read. A
   * timeout halves the concurrency; if the server answered other requests meanwhile, it is slow but
   * not down, and the try does not count. Nor does one that met a limit of the rate.
   * @throws Refusal for a response that a retry does not change; TimedOut from a splittable call;
   *   FailureError `server-unreachable` or `server-refused` when all tries failed; the reason of
   *   the signal.
   */
  async ask<T>(call: Call<T>): Promise<T> {
    const tries: Tries = { all: 0, failedAnswers: 0, outpaced: 0, answers: this.answers }
    for (;;) {
      const outcome = await this.slots.with(call.signal, () => this.tryUntilAnswered(call, tries))
      if (outcome !== 'requeued') return outcome.value
    }
  }

  /** `requeued`: the call returns its slot and takes a new one for the next try. */
  private async tryUntilAnswered<T>(
    call: Call<T>,
    tries: Tries,
  ): Promise<{ value: T } | 'requeued'> {
    let loading = 0
    for (;;) {
      const [answers, halvings] = [this.answers, this.halvings]
      const outcome = await this.try(call)
      if ('value' in outcome) {
        this.answers++
        this.hasServed ||= call.method === 'POST'
        return outcome
      }
      const { fault } = outcome
      if (fault.timedOut) {
        if (halvings === this.halvings && call.timeoutMilliseconds === undefined)
          this.halveConcurrency(fault.message)
        if (call.splittable) throw fault.timedOut
        if (this.answers > answers) return 'requeued'
      }
      if (fault.isLoading && loading < LOADING_TIME) {
        const requested = fault.requestedWait ?? LOADING_WAIT
        const wait = waitBefore(tries.all + 1, requested, this.clock.random())
        loading += wait
        await this.waitFor(call, wait, fault.message)
        continue
      }
      tries.all++
      if (fault.code === 'server-refused' && this.answers > tries.answers) tries.outpaced++
      tries.answers = this.answers
      // a proxy may show a page for a while, but one from the start is of another program
      const isLasting = fault.refusal !== undefined || (fault.isForeign && !this.hasServed)
      if (isLasting) tries.failedAnswers++
      const [done, most] =
        isLasting && call.tries === undefined
          ? [tries.failedAnswers, FAILED_ANSWER_TRIES]
          : [tries.all - tries.outpaced, call.tries ?? this.limits.tries]
      if (fault.isFinal || done >= most) throw fault.refusal ?? this.failure(fault, tries.all)
      const wait = waitBefore(tries.all, fault.requestedWait, this.clock.random())
      const seconds = (wait / 1000).toFixed(1)
      await this.waitFor(
        call,
        wait,
        l10n.t`${fault.message}; trying again in ${seconds} s (try ${done + 1} of ${most})`,
      )
      if (fault.timedOut) return 'requeued'
    }
  }

  private async waitFor<T>(call: Call<T>, wait: number, why: string): Promise<void> {
    this.warn(`${this.address}: ${why}.`)
    call.onWait?.(l10n.t`Waiting for the server: ${why}`)
    await this.clock.wait(wait, call.signal)
  }

  private failure({ code, message }: Fault, tries: number): Error {
    return failureError(
      code,
      tries === 1
        ? l10n.t`The server does not answer as it should: ${message}.`
        : l10n.t`The server does not answer as it should: ${message} (tried ${tries} times).`,
      {
        where: this.address,
        remedy: [REMEDIES[code], versionHint(this.address)]
          .filter((sentence) => sentence !== undefined)
          .join(' '),
      },
    )
  }

  private halveConcurrency(message: string): void {
    this.halvings++
    this.slots.halve()
    this.warn(`${this.address}: ${message}; sending fewer and smaller requests from now on.`)
  }

  private async try<T>(call: Call<T>): Promise<Outcome<T>> {
    const { method, path, body, signal, read, finalStatuses } = call
    const url = (call.isBeside ? beside : endpoint)(this.address, path)
    const key = await (this.key ??= this.options.keyOf(url.origin))
    if (key !== null && !isSendable(key)) throw unsendable(this.address)
    let answer: HttpAnswer
    try {
      const { maxBytes } = this.limits
      const timeoutMilliseconds = Math.min(
        this.limits.timeoutMilliseconds,
        call.timeoutMilliseconds ?? Infinity,
      )
      answer = await exchange({
        method,
        url,
        headers: key === null ? {} : keyHeader(this.address, key),
        client: this.client,
        signal,
        timeoutMilliseconds,
        maxBytes,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(call.onTry ? { onPart: call.onTry() } : {}),
      })
    } catch (thrown) {
      if (!(thrown instanceof NoResponse)) throw thrown
      const { message, isFinal } = thrown
      const timeout = thrown instanceof TimedOut ? { timedOut: thrown } : {}
      return { fault: { ...UNREACHABLE, message, isFinal, ...timeout } }
    }
    try {
      return responseOutcomeOf(
        { ...answer, text: withoutEvents(answer.text) },
        { key, read, finalStatuses, now: this.clock.now() },
      )
    } catch (thrown) {
      // ask for the key again next time: the user can have changed it
      if (thrown instanceof ServerRefusal && [401, 403].includes(thrown.status))
        this.key = undefined
      throw thrown
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

const unsendable = (where: string): Error =>
  failureError('server-refused', l10n.t('The key holds characters that no request can carry.'), {
    where,
    remedy: l10n.t('Set the key again, without line breaks and non-ASCII characters.'),
  })
