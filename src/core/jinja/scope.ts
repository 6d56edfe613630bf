// The variables of a template. A block sees those of the blocks around it, and sets its own.
import { orElse, Undefined, type Value } from './values'

export class Scope {
  private readonly variables: Map<string, Value>

  constructor(
    private readonly outer: Scope | undefined,
    variables: Iterable<readonly [string, Value]> = [],
  ) {
    this.variables = new Map(variables)
  }

  get(name: string): Value {
    return orElse(this.find(name), new Undefined(`'${name}' is undefined`))
  }

  set(name: string, value: Value): void {
    this.variables.set(name, value)
  }

  private find(name: string): Value | undefined {
    const own = this.variables.get(name)
    return own === undefined ? this.outer?.find(name) : own
  }
}
