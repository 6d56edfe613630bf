// Text exactly as it is, with the characters that cannot be seen made visible.
import { html, type TemplateResult } from 'lit'
import type { Piece } from './differences'

/**
 * Control characters but tab and line feed, soft hyphen, zero-width space, bidirectional controls,
 * line separators, byte order mark.
 */

const INVISIBLE =
  /([\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff])/u

export function plainText(text: string): TemplateResult {
  return html`<pre class="plain" dir="auto">${visible(text)}</pre>`
}

/** The same, with marks on some pieces. */
export function plainPieces(pieces: readonly Piece[]): TemplateResult {
  return html`<pre class="plain" dir="auto">
${pieces.map(({ text, marked }) => (marked ? html`<mark>${visible(text)}</mark>` : visible(text)))}</pre>`
}

function visible(text: string): unknown[] {
  return text
    .split(INVISIBLE)
    .map((part, index) =>
      index % 2 === 0 ? part : html`<span class="invisible">${codePoint(part)}</span>`,
    )
}

function codePoint(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`
}
