// Binds the arguments of a call to the parameters of a built-in function.
import { text } from './python'
import { type CallValues, isTrue, JinjaError, typeName, type Value } from './values'

/** Arguments by parameter, with conversions that fail as Python's do. */
export class Bound {
  constructor(
    private readonly callee: string,
    private readonly values: ReadonlyMap<string, Value>,
  ) {}

  optional(name: string): Value | undefined {
    return this.values.get(name)
  }

  value(name: string): Value {
    const value = this.values.get(name)
    if (value === undefined)
      throw new JinjaError(`${this.callee}() missing required argument '${name}'`)
    return value
  }

  /** A string; undefined if it is absent or None. */
  string(name: string): string | undefined {
    const value = this.values.get(name) ?? null
    if (value === null || typeof value === 'string') return value ?? undefined
    throw this.wrongType(name, 'str', value)
  }

  /** An int; `fallback` if it is absent or None. */
  int(name: string, fallback: number): number {
    const value = this.values.get(name) ?? null
    if (value === null) return fallback
    if (typeof value === 'number' || typeof value === 'boolean') return Number(value)
    throw this.wrongType(name, 'int', value)
  }

  isTrue(name: string): boolean {
    return isTrue(this.values.get(name) ?? false)
  }

  /** The argument as `str()` writes it. */
  text(name: string, fallback: string): string {
    const value = this.values.get(name)
    return value === undefined ? fallback : text(value)
  }

  private wrongType(name: string, wanted: string, value: Value): JinjaError {
    return new JinjaError(
      `${this.callee}() argument '${name}' must be ${wanted}, not ${typeName(value)}`,
    )
  }
}

/** @throws JinjaError for an argument too many or of another name. */
export function bind(callee: string, parameters: readonly string[], args: CallValues): Bound {
  if (args.positional.length > parameters.length)
    throw new JinjaError(
      `${callee}() takes at most ${parameters.length} arguments (${args.positional.length} given)`,
    )
  const values = new Map<string, Value>()
  args.positional.forEach((value, i) => values.set(parameters[i]!, value))
  for (const [name, value] of args.named) {
    if (!parameters.includes(name) || values.has(name))
      throw new JinjaError(`${callee}() got an unexpected keyword argument '${name}'`)
    values.set(name, value)
  }
  return new Bound(callee, values)
}
