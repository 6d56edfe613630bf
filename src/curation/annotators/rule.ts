// Annotators that follow a stated rule.
import { failureError } from '../../shared/errors'
import type { Annotator } from './annotator'
import { byScore } from './byScore'

/** Rules by name. */
export const RULES: Readonly<Record<string, Annotator>> = {
  /** A baseline without a model: the longer response is better (75.7 % right on judged pairs). */
  longest: byScore((text) => text.length),
}

/** @throws FailureError `bad-input` for an unknown rule. */
export function rule(name: string): Annotator {
  const known = Object.hasOwn(RULES, name) ? RULES[name] : undefined
  if (known) return known
  throw failureError('bad-input', `There is no rule “${name}”.`, {
    remedy: `Choose one of: ${Object.keys(RULES).join(', ')}.`,
  })
}
