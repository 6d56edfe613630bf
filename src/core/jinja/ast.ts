// The syntax tree of a template.
import type { Value } from './values'

export interface CallArguments {
  positional: Expression[]
  named: (readonly [name: string, value: Expression])[]
  /** `*value` and `**value`. */
  spread: Expression | null
  namedSpread: Expression | null
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**'
export type ComparisonOperator = '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in'

export type Expression =
  | { kind: 'constant'; value: Value }
  | { kind: 'name'; name: string }
  | { kind: 'attribute'; object: Expression; name: string }
  | { kind: 'item'; object: Expression; key: Expression }
  | {
      kind: 'slice'
      object: Expression
      start: Expression | null
      stop: Expression | null
      step: Expression | null
    }
  | { kind: 'call'; callee: Expression; args: CallArguments }
  | FilterExpression
  | { kind: 'test'; operand: Expression; name: string; args: CallArguments }
  | { kind: 'not' | 'negative' | 'positive'; operand: Expression }
  | { kind: 'binary'; operator: BinaryOperator; left: Expression; right: Expression }
  | { kind: 'and' | 'or'; left: Expression; right: Expression }
  | { kind: 'compare'; first: Expression; rest: (readonly [ComparisonOperator, Expression])[] }
  | { kind: 'concatenate'; parts: Expression[] }
  | { kind: 'condition'; test: Expression; then: Expression; otherwise: Expression | null }
  | { kind: 'list' | 'tuple'; items: Expression[] }
  | { kind: 'dict'; items: (readonly [Expression, Expression])[] }

/** `operand` is null for the filter of a block: it gets the block's text. */
export interface FilterExpression {
  kind: 'filter'
  operand: Expression | null
  name: string
  args: CallArguments
}

/** What a `set`, `for` or `with` assigns to. */
export type AssignmentTarget =
  | { kind: 'name'; name: string }
  | { kind: 'attribute'; namespace: string; name: string }
  | { kind: 'tuple'; targets: AssignmentTarget[] }

export interface Parameter {
  name: string
  fallback: Expression | null
}

/** The parameters and body of a macro or a call block. */
export interface MacroBody {
  parameters: Parameter[]
  body: Statement[]
  /** Names that the body reads: a macro collects `varargs` and `kwargs` only if it reads them. */
  reads: ReadonlySet<string>
}

export type Statement =
  | { kind: 'text'; text: string }
  | { kind: 'output'; value: Expression }
  | {
      kind: 'for'
      target: AssignmentTarget
      items: Expression
      test: Expression | null
      recursive: boolean
      body: Statement[]
      otherwise: Statement[]
    }
  | { kind: 'if'; test: Expression; then: Statement[]; otherwise: Statement[] }
  | { kind: 'macro'; name: string; macro: MacroBody }
  | { kind: 'call'; call: Extract<Expression, { kind: 'call' }>; macro: MacroBody }
  | { kind: 'filter'; filter: FilterExpression; body: Statement[] }
  | { kind: 'set'; target: AssignmentTarget; value: Expression }
  | {
      kind: 'setBlock'
      target: AssignmentTarget
      filter: FilterExpression | null
      body: Statement[]
    }
  | { kind: 'with'; values: (readonly [AssignmentTarget, Expression])[]; body: Statement[] }
  | { kind: 'block'; body: Statement[] }
  | { kind: 'break' | 'continue' }
