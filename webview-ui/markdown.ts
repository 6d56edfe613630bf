// Markdown of models and files as inert elements: no HTML of theirs, no link that leads anywhere,
// no image that loads.
// Invariant I15.
import DOMPurify, { type Config } from 'dompurify'
import { Marked } from 'marked'
import { strings } from './strings'

/** Longer texts are shown as plain text: parsing time grows faster than length on hostile input. */
const MAX_CHARACTERS = 50_000

/** What the renderer below writes, and nothing else. */
const ALLOWED: Config & { RETURN_DOM_FRAGMENT: true } = {
  ALLOWED_TAGS: [
    'p',
    'br',
    'hr',
    'strong',
    'em',
    'del',
    'code',
    'pre',
    'blockquote',
    'ul',
    'ol',
    'li',
    'table',
    'thead',
    'tbody',
    'tr',
    'th',
    'td',
    'div',
    'span',
  ],
  ALLOWED_ATTR: ['class', 'title', 'role', 'aria-level', 'aria-label', 'tabindex', 'start', 'dir'],
  ALLOW_ARIA_ATTR: false,
  ALLOW_DATA_ATTR: false,
  RETURN_DOM_FRAGMENT: true,
}

/**
 * The text as elements; null where it is too large or too deeply nested, and belongs shown as plain
 * text.
 */
export function renderMarkdown(text: string, headingLevel: number): DocumentFragment | null {
  if (text.length > MAX_CHARACTERS) return null
  try {
    const fragment = DOMPurify.sanitize(
      parserFor(headingLevel).parse(text, { async: false }),
      ALLOWED,
    )
    setDirections(fragment)
    return fragment
  } catch (thrown) {
    if (thrown instanceof RangeError) return null // the parser recurses as deep as the text nests
    throw thrown
  }
}

/**
 * Each part starts at the side where its language does. What a list or quote holds has no `dir` of
 * its own: `auto` would pass over it.
 */
function setDirections(fragment: DocumentFragment): void {
  for (const inner of fragment.querySelectorAll('blockquote p, li p')) inner.removeAttribute('dir')
  for (const outer of fragment.querySelectorAll<HTMLElement>('ul, ol, blockquote, table'))
    outer.dir = 'auto'
}

function parserFor(headingLevel: number): Marked {
  let level = headingLevel
  return new Marked({
    gfm: true,
    breaks: true,
    renderer: {
      html: ({ text }) => escape(text),
      /** Levels go down one at a time below the page's own headings, whatever the text has. */
      heading({ tokens, depth }) {
        level = Math.min(headingLevel + depth, level + 1, 6)
        return `<div class="heading depth-${depth}" role="heading" aria-level="${level}" dir="auto">${this.parser.parseInline(tokens)}</div>`
      },
      paragraph({ tokens }) {
        return `<p dir="auto">${this.parser.parseInline(tokens)}</p>`
      },
      code({ text, lang }) {
        if (text.trim() === '') return `<p class="empty-code">${escape(strings.task.emptyCode)}</p>`
        const language = lang?.split(/\s/, 1)[0] ?? ''
        const caption = language === '' ? '' : `<div class="language">${escape(language)}</div>`
        return `<div class="code">${caption}<pre tabindex="0" role="group" aria-label="${escape(strings.task.code)}" dir="ltr"><code>${escape(text)}</code></pre></div>`
      },
      checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
      link({ tokens, href, text }) {
        return inert('link', this.parser.parseInline(tokens), text === href ? '' : href, href)
      },
      image: ({ text, href }) =>
        inert('image', escape(text === '' ? strings.task.image : text), href, href),
    },
  })
}

function inert(kind: 'link' | 'image', shown: string, address: string, title: string): string {
  const beside = address === '' ? '' : ` <span class="address">${escape(address)}</span>`
  return `<span class="${kind}" title="${escape(title)}">${shown}</span>${beside}`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)
}
