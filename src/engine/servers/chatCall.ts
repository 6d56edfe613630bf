// A chat request to a server, as generators and judges send it.
import type { Call } from './connection'

export const CHAT_PATH = '/chat/completions'

interface ChatCall {
  body: Record<string, unknown>
  signal: AbortSignal
  /** Faults are not retried: a request with fewer fields may get an answer at once. */
  isTrial: boolean
  onProgress: (progress: { kind: 'waiting'; sentence: string }) => void
}

export const chatCall = ({
  body,
  signal,
  isTrial,
  onProgress,
}: ChatCall): Omit<Call<never>, 'read'> => ({
  method: 'POST',
  path: CHAT_PATH,
  body,
  signal,
  finalStatuses: (status) => isTrial && status >= 500 && status !== 503,
  onWait: (sentence) => onProgress({ kind: 'waiting', sentence }),
})
