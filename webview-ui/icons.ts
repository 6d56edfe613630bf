// The editor's icons, drawn for this project on a 16-pixel grid in the colour of the text around
// them.
import { svg, html, type SVGTemplateResult, type TemplateResult } from 'lit'

function icon(shape: SVGTemplateResult): TemplateResult {
  return html`<svg
    class="icon"
    viewBox="0 0 16 16"
    width="16"
    height="16"
    fill="none"
    stroke="currentColor"
    stroke-width="1.2"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${shape}
  </svg>`
}

export const icons = {
  check: icon(svg`<path d="m3 8.5 3.5 3.5L13 4.5"/>`),
  chevron: icon(svg`<path d="m5 6.5 3 3 3-3"/>`),
  open: icon(svg`<circle cx="8" cy="8" r="4.5"/>`),
  error: icon(svg`<circle cx="8" cy="8" r="6"/><path d="M8 4.8v3.8M8 11v.2"/>`),
  warning: icon(svg`<path d="M8 2.5 14 13H2Z"/><path d="M8 6.5v3M8 11.2v.1"/>`),
  shield: icon(svg`<path d="M8 2 3 4v3.5c0 3 2 5.3 5 6.5 3-1.2 5-3.5 5-6.5V4Z"/>`),
  dataSet: icon(
    svg`<ellipse cx="8" cy="4" rx="5" ry="2"/><path d="M3 4v8c0 1.1 2.2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2.2 2 5 2s5-.9 5-2"/>`,
  ),
  braces: icon(
    svg`<path d="M6 2.5c-1.5 0-2 .6-2 1.8v1.7C4 7.2 3.3 8 2.5 8 3.3 8 4 8.8 4 10v1.7c0 1.2.5 1.8 2 1.8M10 2.5c1.5 0 2 .6 2 1.8v1.7c0 1.2.7 2 1.5 2-.8 0-1.5.8-1.5 2v1.7c0 1.2-.5 1.8-2 1.8"/>`,
  ),
  flag: icon(svg`<path d="M4 14V2.5h8l-2 3 2 3H4"/>`),
  note: icon(svg`<path d="M3.5 2.5h9v7l-3 4h-6Z"/><path d="M9.5 13.5v-4h3"/>`),
  cut: icon(svg`<path d="M3 5h10M3 8h6M12 8h.1M3 11h2M8 11h.1M11 11h.1"/>`),
  more: icon(svg`<path d="M3 8h.1M8 8h.1M13 8h.1" stroke-width="2"/>`),
  stop: icon(svg`<rect x="4.5" y="4.5" width="7" height="7" rx="0.5" fill="currentColor"/>`),
  undo: icon(svg`<path d="M3 6h6.5a3.5 3.5 0 0 1 0 7H6M3 6l3-3M3 6l3 3"/>`),
  log: icon(svg`<path d="M3 3.5h10M3 6.5h10M3 9.5h7M3 12.5h5"/>`),
}
