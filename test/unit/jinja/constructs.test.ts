// Constructs of real chat templates, rendered as Python's transformers and jinja2 render them.
// `record.py` beside this file records the renderings.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { ChatTemplate, JinjaError, type TemplateData } from '../../../src/core/jinja/template'

type Variables = Record<string, TemplateData>
interface Construct {
  template: string
  variables?: Variables
}
type Rendering = { text: string } | { error: string }

const read = (name: string): unknown =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures', name), 'utf8'))

const constructs = read('constructs.json') as Record<string, Construct>
const usual = read('variables.json') as Variables
const { renderings } = read('renderings.json') as { renderings: Record<string, Rendering> }

const render = ({ template, variables }: Construct): string =>
  new ChatTemplate(template).render({ ...usual, ...variables })

describe('chat templates', () => {
  it('are recorded, each construct', () => {
    expect(Object.keys(renderings)).toEqual(Object.keys(constructs))
    expect(Object.keys(constructs).length).toBeGreaterThan(150)
  })

  it.each(Object.entries(constructs))('render as in Python: %s', (name, construct) => {
    const recorded = renderings[name]
    if (recorded && 'text' in recorded) expect(render(construct)).toBe(recorded.text)
    else expect(() => render(construct)).toThrow(JinjaError)
  })

  it('refuse in the words that the template gives', () => {
    const template = new ChatTemplate("{{ raise_exception('System role not supported') }}")
    expect(() => template.render({})).toThrow(new JinjaError('System role not supported'))
  })

  it('end with an error when a macro calls itself without end', () => {
    const template = new ChatTemplate('{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}')
    expect(() => template.render({})).toThrow(JinjaError)
  })
})
