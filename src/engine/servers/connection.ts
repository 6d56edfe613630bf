// Requests to one server: its key, a bounded number in flight, and tries until there is an answer
// that can be read.
import http from 'node:http'
import https from 'node:https'
import type { IncomingHttpHeaders } from 'node:http'
import { failureError } from '../../shared/errors'
import type { Log } from '../log'
import { type Clock, systemClock } from './clock'
import { exchange, type HttpAnswer, NoAnswer, TooLate } from './exchange'
import { errorCode, Refusal, saysOverflow, wordsOf } from './refusal'
import { retryAfter, TRIES, waitBefore } from './retries'
import { Slots } from '../../async/slots'

/**
 * For a whole answer: slow machines take minutes for a long response, and requests wait in line at
 * a server.
 */
const TIMEOUT = 15 * 60_000
/** 16 responses of 65,536 tokens with a log-probability each are half of this. */
const MOST_BYTES = 256e6
/** Between two lines of the log about one server. */
const LOG_EVERY = 10_000

export interface Limits {
  timeoutMilliseconds: number
  mostBytes: number
  tries: number
}

export interface ConnectionOptions {
  concurrency: number
  /** The key for an origin; null when there is none. */
  keyOf: (origin: string) => Promise<string | null>
  log: Log
  clock?: Clock
  limits?: Partial<Limits>
}

export interface Call<T> {
  method: 'GET' | 'POST'
  /** Under the address, such as `/models`; or a whole address beside it, of the same origin. */
  path: string
  body?: unknown
  signal: AbortSignal
  /** Another number of tries than usual. */
  tries?: number
  /** Statuses that are an answer like any other, though they are those of a fault. */
  final?: readonly number[]
  /** Whether the caller asks for less at once when no answer came in time. */
  divisible?: boolean
  /** Told why the request waits to be sent again. */
  onWait?: (sentence: string) => void
  /**
   * The answer as it is wanted; null for one that is not what was asked for: the request is sent
   * again.
   */
  read: (value: unknown, headers: IncomingHttpHeaders) => T | null
}

interface Trouble {
  message: string
  code: 'server-unreachable' | 'server-refused'
  isFinal: boolean
  /** Milliseconds that the server asks to wait. */
  asked: number | null
  tooLate?: TooLate
}

/** The slot is given back before the next try. */
interface Later {
  tries: number
}

const REMEDIES = {
  'server-unreachable':
    'See that the server runs and the address is right, then start again: what is written is kept.',
  'server-refused': 'Lower “concurrency” or wait, then start again: what is written is kept.',
} as const

export class Connection {
  private readonly limits: Limits
  private readonly clock: Clock
  private readonly slots: Slots
  private readonly agent: http.Agent
  private readonly options: ConnectionOptions
  private key: Promise<string | null> | undefined
  private loggedAt = -Infinity
  /** Answers that came. */
  private answers = 0
  /** How often the requests in flight became fewer. */
  private halvings = 0

  /** @param address of the API, such as `http://host:8000/v1`. */
  constructor(
    readonly address: string,
    options: ConnectionOptions,
  ) {
    this.options = options
    this.limits = {
      timeoutMilliseconds: TIMEOUT,
      mostBytes: MOST_BYTES,
      tries: TRIES,
      ...options.limits,
    }
    this.clock = options.clock ?? systemClock
    this.slots = new Slots(options.concurrency)
    const { Agent } = new URL(address).protocol === 'https:' ? https : http
    this.agent = new Agent({ keepAlive: true, maxSockets: options.concurrency + 4 })
  }

  /**
   * Sends until there is an answer of status 2xx that can be read, holding one of the slots. When
   * none came in time, fewer requests are in flight from then on; a server that has answered others
   * meanwhile is slow, not gone, and the try does not count.
   * @throws Refusal for an answer that trying again does not change; TooLate from a divisible call;
   *   FailureError `server-unreachable` or `server-refused` when the tries are used up; the
   *   signal's reason.
   */
  async ask<T>(call: Call<T>): Promise<T> {
    for (let tries = 0; ;) {
      const before = tries
      const outcome = await this.slots.with(call.signal, () => this.tryUntilAnswered(call, before))
      if ('value' in outcome) return outcome.value
      tries = outcome.tries
    }
  }

  private async tryUntilAnswered<T>(call: Call<T>, before: number): Promise<{ value: T } | Later> {
    const most = call.tries ?? this.limits.tries
    for (let tries = before + 1; ; tries++) {
      const [answers, halvings] = [this.answers, this.halvings]
      const outcome = await this.try(call)
      if ('value' in outcome) {
        this.answers++
        return outcome
      }
      const { message, code, isFinal, asked, tooLate } = outcome.trouble
      if (tooLate) {
        if (halvings === this.halvings) this.askForLess(message)
        if (call.divisible) throw tooLate
        if (this.answers > answers) return { tries: tries - 1 }
      }
      if (isFinal || tries >= most) {
        const count = tries === 1 ? '' : ` (tried ${tries} times)`
        throw failureError(code, `The server does not answer as it should: ${message}${count}.`, {
          where: this.address,
          remedy: REMEDIES[code],
        })
      }
      const wait = waitBefore(tries, asked, this.clock.random())
      const again = `${message}; trying again in ${(wait / 1000).toFixed(1)} s (try ${tries + 1} of ${most})`
      this.tell(`${this.address}: ${again}.`)
      call.onWait?.(`Waiting for the server: ${again}`)
      await this.clock.wait(wait, call.signal)
      if (tooLate) return { tries }
    }
  }

  private askForLess(message: string): void {
    this.halvings++
    this.slots.halve()
    this.tell(`${this.address}: ${message}; asking for less at once.`)
  }

  private async try<T>({
    method,
    path,
    body,
    signal,
    final = [],
    read,
  }: Call<T>): Promise<{ value: T } | { trouble: Trouble }> {
    const url = new URL(path.startsWith('/') ? `${this.address.replace(/\/+$/, '')}${path}` : path)
    const key = await (this.key ??= this.options.keyOf(url.origin))
    let answer: HttpAnswer
    try {
      const { timeoutMilliseconds, mostBytes } = this.limits
      answer = await exchange({
        method,
        url,
        key,
        agent: this.agent,
        signal,
        timeoutMilliseconds,
        mostBytes,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
    } catch (thrown) {
      if (!(thrown instanceof NoAnswer)) throw thrown
      return {
        trouble: {
          message: thrown.message,
          code: 'server-unreachable',
          isFinal: thrown.isFinal,
          asked: null,
          ...(thrown instanceof TooLate ? { tooLate: thrown } : {}),
        },
      }
    }
    const { status, headers, text } = answer
    if (status >= 200 && status < 300) {
      const value = read(jsonOf(text), headers)
      return value === null
        ? {
            trouble: {
              message: 'its answer is not what was asked for',
              code: 'server-unreachable',
              isFinal: false,
              asked: null,
            },
          }
        : { value }
    }
    const isBusy = status === 429 && errorCode(text) !== 'insufficient_quota'
    const words = wordsOf(text, key)
    if (
      (!isBusy && status !== 408 && status < 500) ||
      final.includes(status) ||
      (status === 500 && saysOverflow(words))
    ) {
      // it may be another when we are asked again
      if (status === 401 || status === 403) this.key = undefined
      throw new Refusal(status, words, key !== null)
    }
    return {
      trouble: {
        message: `${isBusy ? 'it is asked too much' : 'it has a fault'} (${status}${words === '' ? '' : `: ${words}`})`,
        code: isBusy ? 'server-refused' : 'server-unreachable',
        isFinal: status === 501,
        asked: retryAfter(headers['retry-after'], this.clock.now()),
      },
    }
  }

  /** Many requests meet the same trouble: one line is enough. */
  private tell(message: string): void {
    const now = this.clock.now()
    if (now - this.loggedAt < LOG_EVERY) return
    this.loggedAt = now
    this.options.log('warn', message)
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not what any reader wants
  }
}
