// Values that a text spells, as cells of tables do.
import { parseJson } from './jsonText'
import { parsePythonLiteral } from './pythonLiteral'

/** The value that a text spells in JSON or Python; undefined when it spells none. */
export function literal(text: string): unknown {
  const parsed = parseJson(text)
  return 'value' in parsed ? parsed.value : parsePythonLiteral(text)?.value
}

/** The list or object that a text spells; any other value as it is. */
export const literalOf = (value: unknown): unknown =>
  typeof value === 'string' && /^\s*[[{]/.test(value) ? (literal(value) ?? value) : value
