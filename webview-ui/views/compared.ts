// Responses with marks on what differs between them, in Markdown or raw text.
import { html, nothing } from 'lit'
import { guard } from 'lit/directives/guard.js'
import type { ResponseView } from '../../src/shared/curationViews'
import { type Compared, differences } from '../differences'
import { renderMarkdown } from '../markdown'
import { markPieces, textOf } from '../markedText'
import { plainPieces, plainText } from '../plainText'
import { strings } from '../strings'

/** The id of the heading above the texts. */
const HEADING_LEVEL = 3

interface Comparison {
  of: readonly ResponseView[]
  raw: boolean
  /** Each response rendered, without marks; null where it is shown as plain text. */
  rendered: (DocumentFragment | null)[]
  compared: (Compared | null)[]
}

/** The last one: a task is drawn many times. */
let known: Comparison | null = null

function comparison(responses: readonly ResponseView[], raw: boolean): Comparison {
  if (known?.of !== responses || known.raw !== raw) {
    const rendered = responses.map(({ text }) => (raw ? null : renderMarkdown(text, HEADING_LEVEL)))
    const texts = responses.map(({ text }, index) => {
      const fragment = rendered[index]
      return fragment ? textOf(fragment) : text
    })
    known = { of: responses, raw, rendered, compared: differences(texts) }
  }
  return known
}

function hintOf({ marks, pieces }: Compared): unknown {
  if (marks !== 'shared') return nothing
  const { sharedMarked, nothingShared } = strings.task
  const hasMarks = pieces.some(({ marked }) => marked)
  return html`<p class="aside">${hasMarks ? sharedMarked : nothingShared}</p>`
}

export function comparedText(
  responses: readonly ResponseView[],
  index: number,
  raw: boolean,
): unknown {
  return guard([responses, index, raw], () => {
    const source = responses[index]?.text ?? ''
    const { compared: all, rendered } = comparison(responses, raw)
    const compared = all[index]
    const words = strings.task
    if (!compared)
      return html`<p class="aside">${words.notCompared}</p>
        ${plainText(source)}`
    const hint = hintOf(compared)
    const fragment = rendered[index]?.cloneNode(true) as DocumentFragment | undefined
    if (!fragment) return html`${hint}${plainPieces(compared.pieces)}`
    markPieces(fragment, compared.pieces)
    return html`${hint}
      <div class="markdown">${fragment}</div>`
  })
}
