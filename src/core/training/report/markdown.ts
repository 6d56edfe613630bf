// Parts of a Markdown document.

/** A table whose columns are aligned as `align` says; cells are text, not Markdown. */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly ('left' | 'right')[] = [],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const rules = head.map((_, index) => (align[index] === 'right' ? '---:' : '---'))
  return [line(head.map(cell)), line(rules), ...rows.map((row) => line(row.map(cell)))].join('\n')
}

/** A text in a cell: it begins no other cell, no line and no markup. */
const cell = (text: string): string =>
  text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\`*_<>[\]|]/g, String.raw`\$&`)
    .trim()

export const list = (items: readonly string[]): string =>
  items.map((item) => `- ${item.replaceAll(/\s+/g, ' ')}`).join('\n')

export const quote = (text: string): string => `> ${text.replaceAll(/\s+/g, ' ')}`

/** Lines of a terminal. */
export const shell = (lines: string): string => `\`\`\`bash\n${lines}\n\`\`\``

/** @param file relative to the document. */
export const picture = (title: string, file: string): string =>
  `![${title.replaceAll(/[[\]]/g, '')}](${encodeURI(file)})`
