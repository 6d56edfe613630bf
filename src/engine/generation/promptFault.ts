// Whether a fault while a prompt is computed concerns that prompt or the model.
import * as l10n from '@vscode/l10n'
import { FailureError, failureError, toFailure } from '../../shared/errors'
import { asFailure } from '../runtime/outOfMemory'
import type { KvCache, Prefilled } from './kvCache'

export interface FaultyPrompt {
  prompt: readonly number[]
  signal: AbortSignal
  /** The model's folder. */
  where: string
}

/**
 * A failure of the graph is `prompt-refused` if the graph still computes the first token of the
 * prompt: too little memory for a long prompt, a position or a token that the graph does not have.
 */
export async function attributed<P extends Prefilled>(
  thrown: unknown,
  cache: Pick<KvCache<P>, 'prefill' | 'release'>,
  { prompt, signal, where }: FaultyPrompt,
): Promise<unknown> {
  const failure = asFailure(thrown)
  const isOther = failure instanceof FailureError && failure.failure.code !== 'out-of-memory'
  if (signal.aborted || isOther || prompt.length < 2) return failure
  try {
    cache.release(await cache.prefill(prompt.slice(0, 1), signal))
  } catch {
    return failure
  }
  return failureError(
    'prompt-refused',
    l10n.t`The model cannot compute the prompt of ${prompt.length} tokens: ${toFailure(failure).message}`,
    {
      where,
      remedy: l10n.t('Shorten the prompt, or choose another model.'),
    },
  )
}

/** The failure of a prompt after which the model's logits are not finite. */
export const notNumbers = (where: string): FailureError =>
  failureError('prompt-refused', l10n.t('The model computes values that are not numbers.'), {
    where,
    remedy: l10n.t('Choose another device, or another model.'),
  })
