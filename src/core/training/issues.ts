// Problems that a schema found, as sentences for people.
import type { z } from 'zod'

const KINDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'a string',
  boolean: 'true or false',
  object: 'an object {…}',
  record: 'an object {…}',
  array: 'a list […]',
  null: 'null',
  nan: 'a number',
}

/** @param known keys named as the remedy for an unknown one. */
export function issueSentence(issue: z.core.$ZodIssue, known: readonly string[] = []): string {
  const key = issue.path.join('.') || 'the file'
  switch (issue.code) {
    case 'unrecognized_keys': {
      const named = issue.keys.map((name) => [...issue.path, name].join('.')).join(', ')
      const remedy = known.length === 0 ? '' : ` Known are ${known.join(', ')}.`
      return `${issue.keys.length === 1 ? 'There is no key' : 'There are no keys'} ${named}.${remedy}`
    }
    case 'invalid_type':
      return `${key} must be ${KINDS[issue.expected] ?? issue.expected}.`
    case 'invalid_value':
      return `${key} must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}.`
    case 'too_small':
      if (issue.origin === 'string') return `${key} must not be empty.`
      return `${key} must be ${issue.inclusive === false ? 'greater than' : 'at least'} ${issue.minimum}.`
    case 'too_big':
      return `${key} must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}.`
    case 'invalid_union':
      return `${key} has no known value.`
    case 'custom':
    case 'invalid_format':
    case 'not_multiple_of':
    case 'invalid_key':
    case 'invalid_element':
      return `${key} has the wrong form.`
  }
}
