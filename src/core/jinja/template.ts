// Chat templates: Jinja as Python's transformers renders it, in its sandbox and with its functions.
// docs/models.md says how far, and why this is not a library.
import type { Statement } from './ast'
import { GLOBALS } from './globals'
import { renderBlock } from './render'
import { Scope } from './scope'
import { parseTemplate } from './statements'
import { Dict, Float, JinjaError, type Value } from './values'

export { JinjaError }

/** What a template can be given; undefined members are left out. */
export type TemplateData =
  | string
  | number
  | boolean
  | null
  | readonly TemplateData[]
  | { readonly [name: string]: TemplateData | undefined }

export class ChatTemplate {
  private readonly statements: readonly Statement[]

  /** @throws JinjaError for a source that is not a template. */
  constructor(readonly source: string) {
    this.statements = parseTemplate(source)
  }

  /** @throws JinjaError as the template, or Python, does. */
  render(variables: { readonly [name: string]: TemplateData | undefined }): string {
    const global = new Scope(undefined, GLOBALS)
    const scope = new Scope(global)
    for (const [name, value] of Object.entries(variables))
      if (value !== undefined) scope.set(name, toValue(value))
    try {
      return renderBlock(this.statements, scope)
    } catch (thrown) {
      // a macro that calls itself without end
      if (thrown instanceof RangeError) throw new JinjaError('maximum recursion depth exceeded')
      throw thrown
    }
  }
}

function toValue(data: TemplateData): Value {
  if (data === null || typeof data === 'string' || typeof data === 'boolean') return data
  if (typeof data === 'number') return Number.isInteger(data) ? data : new Float(data)
  if (isList(data)) return data.map(toValue)
  return new Dict(
    Object.entries(data).flatMap(([name, value]): [Value, Value][] =>
      value === undefined ? [] : [[name, toValue(value)]],
    ),
  )
}

const isList = (data: TemplateData): data is readonly TemplateData[] => Array.isArray(data)
