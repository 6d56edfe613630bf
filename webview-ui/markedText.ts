// Marks in rendered Markdown: the pieces of its text, laid over its elements.
import type { Piece } from './differences'

/** Elements whose texts do not run on into each other. */
const BLOCKS = 'p, li, pre, td, th, blockquote, .heading, .language'

interface Placed {
  node: Text
  /** Where it begins and ends in the text of all. */
  start: number
  end: number
}

/** The text that a person reads, a line for each block. */
export function textOf(fragment: DocumentFragment): string {
  return placed(fragment).text
}

/** @param pieces of the fragment's {@link textOf}. */
export function markPieces(fragment: DocumentFragment, pieces: readonly Piece[]): void {
  const { nodes } = placed(fragment)
  let [at, first] = [0, 0]
  for (const { text, marked } of pieces) {
    const [from, to] = [at, at + text.length]
    at = to
    if (!marked) continue
    while ((nodes[first]?.end ?? to) <= from) first++
    for (const each of nodes.slice(first)) {
      if (each.start >= to) break
      mark(each, from, to)
    }
  }
}

function placed(fragment: DocumentFragment): { text: string; nodes: Placed[] } {
  const walker = document.createTreeWalker(fragment, NodeFilter.SHOW_TEXT)
  const nodes: Placed[] = []
  let text = ''
  let block: Element | null = null
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const ownBlock = node.parentElement?.closest(BLOCKS) ?? null
    if (text !== '' && ownBlock !== block) text += '\n'
    block = ownBlock
    const start = text.length
    text += node.textContent ?? ''
    nodes.push({ node: node as Text, start, end: text.length })
  }
  return { text, nodes }
}

/** Pieces come in order: what is left of a node after its last mark stays the node. */
function mark(each: Placed, from: number, to: number): void {
  const { node, start } = each
  const [first, last] = [Math.max(from - start, 0), Math.min(to - start, node.data.length)]
  if (first >= last || node.data.slice(first, last).trim() === '') return
  const range = document.createRange()
  range.setStart(node, first)
  range.setEnd(node, last)
  const rest = node.splitText(last)
  range.surroundContents(document.createElement('mark'))
  each.node = rest
  each.start = start + last
}
