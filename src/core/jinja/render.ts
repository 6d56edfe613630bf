// The text of statements.
import type { MacroBody, Statement, AssignmentTarget } from './ast'
import { call, evaluate, evaluateArguments, evaluateFilter } from './evaluate'
import { text } from './python'
import { Scope } from './scope'
import {
  type CallValues,
  Callable,
  Dict,
  isTrue,
  itemsOf,
  JinjaError,
  Loop,
  Namespace,
  orElse,
  tuple,
  Undefined,
  type Value,
} from './values'

/** How statements ended: at their end, or at a `break` or `continue` of the loop around them. */
type Ended = 'break' | 'continue' | undefined

/** The text of a block of its own: loops outside of it do not see its `break`. */
export function renderBlock(statements: readonly Statement[], scope: Scope): string {
  const output: string[] = []
  render(statements, scope, output)
  return output.join('')
}

function render(statements: readonly Statement[], scope: Scope, output: string[]): Ended {
  for (const statement of statements) {
    const ended = renderStatement(statement, scope, output)
    if (ended) return ended
  }
  return undefined
}

function renderStatement(statement: Statement, scope: Scope, output: string[]): Ended {
  switch (statement.kind) {
    case 'text':
      output.push(statement.text)
      return
    case 'output':
      output.push(text(evaluate(statement.value, scope)))
      return
    case 'if':
      return render(
        isTrue(evaluate(statement.test, scope)) ? statement.then : statement.otherwise,
        scope,
        output,
      )
    case 'for': {
      const items = evaluate(statement.items, scope)
      return renderLoop(statement, { items, depth: 0 }, scope, output)
    }
    case 'set':
      assign(statement.target, evaluate(statement.value, scope), scope)
      return
    case 'setBlock': {
      const body = renderBlock(statement.body, new Scope(scope))
      const value = statement.filter ? evaluateFilter(statement.filter, body, scope) : body
      assign(statement.target, value, scope)
      return
    }
    case 'macro':
      scope.set(statement.name, macro(statement.name, statement.macro, scope))
      return
    case 'call': {
      const { callee, args } = statement.call
      const { positional, named } = evaluateArguments(args, scope)
      const caller = macro('caller', statement.macro, scope)
      const given = { positional, named: new Map([...named, ['caller', caller] as const]) }
      output.push(text(call(evaluate(callee, scope), given)))
      return
    }
    case 'filter': {
      const body = renderBlock(statement.body, new Scope(scope))
      output.push(text(evaluateFilter(statement.filter, body, scope)))
      return
    }
    case 'with': {
      const inner = new Scope(scope)
      for (const [target, value] of statement.values) assign(target, evaluate(value, scope), inner)
      return render(statement.body, inner, output)
    }
    case 'block':
      return render(statement.body, new Scope(scope), output)
    case 'break':
    case 'continue':
      return statement.kind
  }
}

function renderLoop(
  statement: Extract<Statement, { kind: 'for' }>,
  { items, depth }: { items: Value; depth: number },
  scope: Scope,
  output: string[],
): Ended {
  const { target, test, body } = statement
  const all = [...itemsOf(items)].filter((item) => {
    if (!test) return true
    const inner = new Scope(scope)
    assign(target, item, inner)
    return isTrue(evaluate(test, inner))
  })
  const recurse = (inner: Value, innerDepth: number): string => {
    const innerOutput: string[] = []
    renderLoop(statement, { items: inner, depth: innerDepth }, scope, innerOutput)
    return innerOutput.join('')
  }
  const loop = new Loop(all, depth, statement.recursive ? recurse : undefined)
  let completed = false
  for (const [index, item] of all.entries()) {
    loop.index0 = index
    const inner = new Scope(scope, [['loop', loop]])
    assign(target, item, inner)
    const ended = render(body, inner, output)
    if (ended === 'break') break
    // as in Jinja, a loop whose every pass ended with `continue` counts as one without items
    completed ||= ended === undefined
  }
  return completed ? undefined : render(statement.otherwise, new Scope(scope), output)
}

function assign(target: AssignmentTarget, value: Value, scope: Scope): void {
  switch (target.kind) {
    case 'name':
      scope.set(target.name, value)
      return
    case 'attribute': {
      const namespace = scope.get(target.namespace)
      if (!(namespace instanceof Namespace))
        throw new JinjaError('cannot assign attribute on non-namespace object')
      namespace.attributes.set(target.name, value)
      return
    }
    case 'tuple': {
      const { targets } = target
      const values = [...itemsOf(value)]
      if (values.length > targets.length)
        throw new JinjaError(`too many values to unpack (expected ${targets.length})`)
      if (values.length < targets.length)
        throw new JinjaError(
          `not enough values to unpack (expected ${targets.length}, got ${values.length})`,
        )
      targets.forEach((one, i) => assign(one, values[i]!, scope))
    }
  }
}

/** A macro sees the variables of the place where it is defined. */
function macro(name: string, { parameters, body, reads }: MacroBody, outer: Scope): Callable {
  return new Callable(name, (args) => {
    const scope = new Scope(outer)
    bindParameters(name, parameters, reads, args, scope)
    return renderBlock(body, scope)
  })
}

function bindParameters(
  name: string,
  parameters: MacroBody['parameters'],
  reads: ReadonlySet<string>,
  { positional, named }: CallValues,
  scope: Scope,
): void {
  const rest = new Map(named)
  const missing: MacroBody['parameters'] = []
  parameters.forEach((parameter, i) => {
    const value = i < positional.length ? positional[i] : rest.get(parameter.name)
    if (i >= positional.length) rest.delete(parameter.name)
    if (value === undefined) missing.push(parameter)
    else scope.set(parameter.name, value)
  })
  for (const { name: missed } of missing)
    scope.set(missed, new Undefined(`parameter '${missed}' was not provided`))
  for (const { name: missed, fallback } of missing)
    if (fallback) scope.set(missed, evaluate(fallback, scope))
  if (reads.has('caller') && !parameters.some((parameter) => parameter.name === 'caller')) {
    scope.set('caller', orElse(rest.get('caller'), new Undefined('No caller defined')))
    rest.delete('caller')
  }
  if (reads.has('kwargs')) scope.set('kwargs', new Dict(rest))
  else if (rest.size > 0)
    throw new JinjaError(`macro '${name}' takes no keyword argument '${[...rest.keys()][0] ?? ''}'`)
  if (reads.has('varargs')) scope.set('varargs', tuple(...positional.slice(parameters.length)))
  else if (positional.length > parameters.length)
    throw new JinjaError(`macro '${name}' takes not more than ${parameters.length} argument(s)`)
}
