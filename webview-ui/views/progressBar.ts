// A bar for work of known length.
import { html, type TemplateResult } from 'lit'

export function progressBar(label: string, done: number, total: number): TemplateResult {
  return html`<progress
    aria-label=${label}
    .max=${Math.max(total, 1)}
    .value=${Math.min(done, total)}
  ></progress>`
}
