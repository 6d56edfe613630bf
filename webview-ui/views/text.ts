// Text of prompts and responses: rendered Markdown, or the raw characters.
import { html, nothing, type TemplateResult } from 'lit'
import { guard } from 'lit/directives/guard.js'
import { renderMarkdown } from '../markdown'
import { plainText } from '../plainText'
import { strings } from '../strings'

/** Rendered once per text, not once per drawing. `headingLevel` is that of the heading above it. */
export function text(source: string, raw: boolean, headingLevel: number): unknown {
  return guard([source, raw], () => {
    if (raw) return plainText(source)
    const fragment = renderMarkdown(source, headingLevel)
    return fragment ? html`<div class="markdown">${fragment}</div>` : asPlain(source)
  })
}

function asPlain(source: string): TemplateResult {
  return html`<p class="aside">${strings.task.plainBecauseLong}</p>
    ${source === '' ? nothing : plainText(source)}`
}
