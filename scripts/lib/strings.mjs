// The strings that people read, as the code passes them to `l10n.t`.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import l10n from '@vscode/l10n-dev'
import { root } from './paths.mjs'

export const BUNDLE = join(root, 'l10n/bundle.l10n.json')

/** The text of l10n/bundle.l10n.json: each string under itself, in alphabetical order. */
export async function exportStrings() {
  const sources = await Promise.all(['src', 'webview-ui'].map(readSources))
  const strings = await l10n.getL10nJson(sources.flat())
  const sorted = Object.entries(strings).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return `${JSON.stringify(Object.fromEntries(sorted), null, 2)}\n`
}

async function readSources(folder) {
  const names = await readdir(join(root, folder), { recursive: true })
  return Promise.all(
    names
      .filter((name) => name.endsWith('.ts'))
      .map(async (name) => ({
        extension: '.ts',
        contents: await readFile(join(root, folder, name), 'utf8'),
      })),
  )
}
