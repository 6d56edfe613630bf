// The strings that users read: those that TypeScript passes to `l10n.t`, and those that the Python
// runner passes to `text`.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './paths.mjs'

export const BUNDLE = join(root, 'l10n/bundle.l10n.json')

/** The text of l10n/bundle.l10n.json: each string under itself, in alphabetical order. */
export async function exportStrings() {
  const sources = await Promise.all(
    ['src', 'webview-ui'].map((folder) => readSources(folder, '.ts')),
  )
  const strings = Object.fromEntries(
    sources.flat().flatMap((source) => localisedStrings(source).map((text) => [text, text])),
  )
  const templates = Object.fromEntries((await runnerTemplates()).map((text) => [text, text]))
  const sorted = Object.entries({ ...strings, ...templates }).toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  )
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`
}

/** The literals that a source passes to `l10n.t`; values of a template are `{0}`, `{1}` … */
export function localisedStrings(source) {
  if (!source.includes('l10n.t')) return []
  const strings = []
  const visit = (node) => {
    if (ts.isCallExpression(node) && isLocalising(node.expression)) {
      const [text] = node.arguments
      if (ts.isStringLiteralLike(text)) strings.push(text.text)
    }
    if (ts.isTaggedTemplateExpression(node) && isLocalising(node.tag))
      strings.push(templateText(node.template))
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile('', source, ts.ScriptTarget.Latest))
  return strings
}

const isLocalising = (callee) =>
  ts.isPropertyAccessExpression(callee) &&
  callee.name.text === 't' &&
  callee.expression.kind === ts.SyntaxKind.Identifier &&
  callee.expression.text === 'l10n'

const templateText = ({ text, head, templateSpans = [] }) =>
  [
    text ?? head.text,
    ...templateSpans.map(({ literal }, index) => `{${index}}${literal.text}`),
  ].join('')

/** The literals in the calls `text("…", …)`; adjacent literals are one. */
async function runnerTemplates() {
  const sources = await readSources('training/src', '.py')
  const calls = sources.flatMap((source) => [
    ...source.matchAll(/\btext\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)/g),
  ])
  return calls.map(([, literals]) =>
    [...literals.matchAll(/"(?:[^"\\]|\\.)*"/g)].map(([literal]) => JSON.parse(literal)).join(''),
  )
}

async function readSources(folder, extension) {
  const names = await readdir(join(root, folder), { recursive: true })
  return Promise.all(
    names
      .filter((name) => name.endsWith(extension))
      .map((name) => readFile(join(root, folder, name), 'utf8')),
  )
}
