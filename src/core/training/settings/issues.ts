// Problems that a schema found, as sentences for people.
import * as l10n from '@vscode/l10n'
import type { z } from 'zod'

const KINDS: Readonly<Record<string, string>> = {
  int: l10n.t('a whole number'),
  number: l10n.t('a number'),
  string: l10n.t('a string'),
  boolean: l10n.t('true or false'),
  object: l10n.t('an object {…}'),
  record: l10n.t('an object {…}'),
  array: l10n.t('a list […]'),
  null: 'null',
  nan: l10n.t('a number'),
}

/** @param known keys named as the remedy for an unknown one. */
export function issueSentence(issue: z.core.$ZodIssue, known: readonly string[] = []): string {
  const key = issue.path.join('.') || l10n.t('the file')
  switch (issue.code) {
    case 'unrecognized_keys': {
      const named = issue.keys.map((name) => [...issue.path, name].join('.')).join(', ')
      const message =
        issue.keys.length === 1 ? l10n.t`Unknown key: ${named}.` : l10n.t`Unknown keys: ${named}.`
      return known.length === 0 ? message : `${message} ${l10n.t`Valid keys: ${known.join(', ')}.`}`
    }
    case 'invalid_type':
      return l10n.t`${key} must be ${KINDS[issue.expected] ?? issue.expected}.`
    case 'invalid_value':
      return l10n.t`${key} must be ${issue.values.map((value) => JSON.stringify(value)).join(l10n.t(' or '))}.`
    case 'too_small':
      if (issue.origin === 'string') return l10n.t`${key} must not be empty.`
      return issue.inclusive === false
        ? l10n.t`${key} must be greater than ${Number(issue.minimum)}.`
        : l10n.t`${key} must be at least ${Number(issue.minimum)}.`
    case 'too_big':
      return issue.inclusive === false
        ? l10n.t`${key} must be less than ${Number(issue.maximum)}.`
        : l10n.t`${key} must be at most ${Number(issue.maximum)}.`
    case 'invalid_union':
      return l10n.t`${key} has no known value.`
    case 'custom':
      return issue.message
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
      return l10n.t`${key} has the wrong form.`
  }
}
