// Whom a refusal or fault concerns: the server is asked for another prompt or text, which it
// answers unless it has come to refuse all.
import { FailureError, failureError } from '../../shared/errors'
import { ServerRefusal } from './refusal'

/** What the server makes of another prompt or text. */
export type AnotherAnswer = 'answered' | 'refused' | 'failed'

/**
 * @param ask asks for the other one.
 * @throws if the signal is aborted.
 */
export async function anotherAnswer(
  ask: () => Promise<unknown>,
  signal: AbortSignal,
): Promise<AnotherAnswer> {
  try {
    await ask()
    return 'answered'
  } catch (thrown) {
    signal.throwIfAborted()
    return thrown instanceof ServerRefusal ? 'refused' : 'failed'
  }
}

/**
 * A server may come to refuse all: an account is empty, or a key is withdrawn. No prompt or text is
 * to blame for that: `prompt-refused` becomes `server-refused`.
 */
export async function unlessOfAll(
  refused: FailureError,
  another: () => Promise<AnotherAnswer>,
): Promise<FailureError> {
  const { code, ...failure } = refused.failure
  if (code !== 'prompt-refused' || (await another()) !== 'refused') return refused
  return failureError('server-refused', failure.message, failure)
}

/** Whether a failure is a fault that persisted, of the server or of the way to it. */
export const isUnreachable = (thrown: unknown): thrown is FailureError =>
  thrown instanceof FailureError && thrown.failure.code === 'server-unreachable'
