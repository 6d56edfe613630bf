// Requests to the model hub: which failures another attempt may mend, how long to wait for it, and
// what is said when none helps.
import * as l10n from '@vscode/l10n'
import { setTimeout as wait } from 'node:timers/promises'
import { failureError } from '../../shared/errors'
import { networkFault } from '../networkFault'
import { retryAfter } from '../retryAfter'

export interface HubRequestOptions {
  signal: AbortSignal
  /** Milliseconds to wait after the first failed attempt; twice as long after each further one. */
  retryDelay: number
  /** Called before another attempt. */
  onWait: (sentence: string) => void
}

/** The hub has failed after this many successive attempts without a byte. */
const MAX_EMPTY_ATTEMPTS = 3
/** In milliseconds. A hub that asks for a longer pause is not waited for. */
const LONGEST_PAUSE = 300_000
/** In milliseconds: without a byte for this long, an attempt has failed. */
const PATIENCE = 60_000

/** A failure that another attempt may mend. */
export class HubFault extends Error {
  constructor(
    message: string,
    readonly remedy: string,
    /** Milliseconds that the hub asks to wait; Infinity where another attempt is useless. */
    readonly pause = 0,
  ) {
    super(message)
  }
}

/** The hub has no bytes after those that an earlier attempt kept. */
export class RangeRefused extends HubFault {}

/**
 * Runs `attempt` until it succeeds or fails for good.
 * @param progressed whether the attempt that failed received something new.
 * @throws FailureError `model-unreachable` when no attempt helped; what `attempt` throws otherwise.
 */
export async function withAttempts<T>(
  url: string,
  { signal, retryDelay, onWait }: HubRequestOptions,
  attempt: () => Promise<T>,
  progressed: () => Promise<boolean> = () => Promise.resolve(false),
): Promise<T> {
  for (let emptyAttempts = 0; ;) {
    try {
      return await attempt()
    } catch (thrown) {
      signal.throwIfAborted()
      const fault = faultOf(thrown, new URL(url))
      if (fault === undefined) throw thrown
      emptyAttempts = (await progressed()) ? 0 : emptyAttempts + 1
      if (emptyAttempts === MAX_EMPTY_ATTEMPTS || fault.pause > LONGEST_PAUSE)
        throw unreachable(url, fault)
      const delay = Math.max(fault.pause, retryDelay * 2 ** Math.max(0, emptyAttempts - 1))
      const seconds = Math.ceil(delay / 1000)
      onWait(l10n.t`${fault.message} Trying again in ${seconds} s.`)
      await wait(delay, undefined, { signal })
    }
  }
}

/**
 * Sends a request. `read` receives the response and a function to call for each part of it, which
 * shows that the hub still sends.
 * @throws HubFault for an answer, or a silence, that another attempt may mend; FailureError for a
 *   refusal.
 */
export async function request<T>(
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal,
  read: (response: Response, alive: () => void) => Promise<T>,
): Promise<T> {
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(), PATIENCE)
  try {
    const response = await fetch(url, {
      headers,
      signal: AbortSignal.any([signal, silence.signal]),
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw rejected(url, response)
    }
    return await read(response, () => timer.refresh())
  } catch (thrown) {
    signal.throwIfAborted()
    if (!silence.signal.aborted) throw thrown
    throw new HubFault(
      l10n.t`The model hub sent nothing for ${PATIENCE / 1000} s.`,
      l10n.t('Check the network connection and start again; what was downloaded is kept.'),
    )
  } finally {
    clearTimeout(timer)
  }
}

/** `fetch` and its streams throw a TypeError for all network errors. */
function faultOf(thrown: unknown, url: URL): HubFault | undefined {
  if (thrown instanceof HubFault) return thrown
  if (!(thrown instanceof TypeError)) return undefined
  const { reason, isFinal } = networkFault(thrown, url)
  return new HubFault(
    l10n.t`The model hub cannot be reached: ${reason}.`,
    l10n.t(
      'Check the network connection and start again; what was downloaded is kept. The embedded models work without a network.',
    ),
    isFinal ? Infinity : 0,
  )
}

const unreachable = (where: string, { message, remedy }: HubFault): Error =>
  failureError('model-unreachable', message, { where, remedy })

export const incompleteFile = (): ConstructorParameters<typeof HubFault> => [
  l10n.t('The model hub did not send the whole file.'),
  l10n.t('Check the network connection and start again; what was downloaded is kept.'),
]

function rejected(url: string, { status, headers }: Response): Error {
  if (status === 416) return new RangeRefused(...incompleteFile())
  if (status === 429)
    return new HubFault(
      l10n.t('The model hub limits the number of requests (status 429).'),
      l10n.t(
        'Start again in some minutes; what was downloaded is kept. The limit is higher with an access token: set one with “AEPO: Set Hugging Face Token…” in VS Code, or in HF_TOKEN.',
      ),
      pauseOf(headers),
    )
  if (status >= 500 || status === 408)
    return new HubFault(
      l10n.t`The model hub has a fault (status ${status}).`,
      l10n.t('Start again later; what was downloaded is kept.'),
      pauseOf(headers),
    )
  return refused(url, status)
}

/** Milliseconds. */
const pauseOf = (headers: Headers): number =>
  retryAfter(headers.get('retry-after') ?? undefined, Date.now()) ?? 0

function refused(url: string, status: number): Error {
  // The hub also answers 401 for models that do not exist, to conceal private ones.
  if (status === 401)
    return failureError(
      'model-unreachable',
      l10n.t('The model hub has no such model, or refuses access to it (status 401).'),
      {
        where: url,
        remedy: l10n.t(
          'Check the model id; if it is right, accept the model’s terms on the hub and give an access token: with “AEPO: Set Hugging Face Token…” in VS Code, or in HF_TOKEN.',
        ),
      },
    )
  if (status === 403)
    return failureError('model-unreachable', l10n.t('The model hub refuses access (status 403).'), {
      where: url,
      remedy: l10n.t(
        'Accept the model’s terms on the hub and give an access token: with “AEPO: Set Hugging Face Token…” in VS Code, or in HF_TOKEN.',
      ),
    })
  return failureError(
    'not-found',
    l10n.t`The model hub has no such file or model (status ${status}).`,
    {
      where: url,
      remedy: l10n.t(
        'Check the model id and its revision. A folder of that name is looked for beside the curation file.',
      ),
    },
  )
}
