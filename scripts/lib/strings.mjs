// The strings that users read: those that TypeScript passes to `l10n.t`, and those that the Python
// runner passes to `text`.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import l10n from '@vscode/l10n-dev'
import { root } from './paths.mjs'

export const BUNDLE = join(root, 'l10n/bundle.l10n.json')

/** The text of l10n/bundle.l10n.json: each string under itself, in alphabetical order. */
export async function exportStrings() {
  const sources = await Promise.all(
    ['src', 'webview-ui'].map((folder) => readSources(folder, '.ts')),
  )
  const strings = await l10n.getL10nJson(sources.flat())
  const templates = Object.fromEntries((await runnerTemplates()).map((text) => [text, text]))
  const sorted = Object.entries({ ...strings, ...templates }).toSorted(([one], [other]) =>
    one < other ? -1 : 1,
  )
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`
}

/** The literals in the calls `text("…", …)`; adjacent literals are one. */
async function runnerTemplates() {
  const sources = await readSources('training/src', '.py')
  const calls = sources.flatMap(({ contents }) => [
    ...contents.matchAll(/\btext\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)/g),
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
      .map(async (name) => ({
        extension,
        contents: await readFile(join(root, folder, name), 'utf8'),
      })),
  )
}
