// The documents name what is there: pages and their headings, files of the source, scripts of npm,
// commands with their options, settings, and titles of commands and buttons.
import { existsSync, globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { namedCommand } from '../../src/cli/arguments'
import { CLI_COMMANDS } from '../../src/cli/commands/table'

const ROOT = path.resolve(import.meta.dirname, '../..')

const found = (patterns: string[]): string[] =>
  globSync(patterns, { cwd: ROOT, exclude: ['**/node_modules'] }).map((name) =>
    name.split(path.sep).join('/'),
  )
const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8')

const DOCUMENTS = new Map(
  found(['*.md', '{bench,docs,media,models,samples,training}/**/*.md']).map((name) => [
    name,
    read(name),
  ]),
)

const SOURCES = found([
  '*.{mjs,mts}',
  '{bench,scripts,src,test,webview-ui}/**/*.{ts,mts,mjs,py}',
  'training/{bench,src,tests}/**/*.py',
])

const manifest = JSON.parse(read('package.json')) as {
  scripts: Record<string, string>
  contributes: {
    commands: { command: string }[]
    configuration: { properties: Record<string, unknown> }
  }
}

/** A button of VS Code itself. */
const OF_VS_CODE = 'Extensions: Install from VSIX…'

/** What a pattern finds in the documents and a check does not know, with its document. */
function unknown(
  pattern: RegExp,
  isKnown: (found: string, document: string) => boolean,
): readonly string[] {
  const all = [...DOCUMENTS].flatMap(([document, text]) =>
    Array.from(text.matchAll(pattern), ([, name = '']) => ({ document, name })),
  )
  expect(all.length).toBeGreaterThan(0)
  return all
    .filter(({ document, name }) => !isKnown(name, document))
    .map(({ document, name }) => `${document}: ${name}`)
}

/** The anchors of a document, as GitHub makes them from its headings. */
const anchorsOf = (document: string): string[] =>
  Array.from((DOCUMENTS.get(document) ?? '').matchAll(/^#+ (.*)$/gm), ([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, '')
      .replaceAll(' ', '-'),
  )

it('links lead to files, and to headings in them', () => {
  const leads = (link: string, document: string): boolean => {
    const [file = '', anchor] = link.split('#')
    const target =
      file === '' ? document : path.posix.join(path.posix.dirname(document), decodeURI(file))
    return (
      existsSync(path.join(ROOT, target)) &&
      (anchor === undefined || !DOCUMENTS.has(target) || anchorsOf(target).includes(anchor))
    )
  }
  expect(unknown(/\]\((?![a-z]+:)([^)\s]+)\)/g, leads)).toEqual([])
})

it('files and folders of the source exist', () => {
  const isSource = (name: string): boolean =>
    SOURCES.some((source) => source === name || source.endsWith(`/${name}`))
  expect(unknown(/`([\w./-]+\.(?:m?ts|mjs|py))`/g, isSource)).toEqual([])
  const isThere = (name: string, document: string): boolean =>
    [ROOT, path.join(ROOT, path.dirname(document))].some((folder) =>
      existsSync(path.join(folder, name)),
    )
  expect(unknown(/`((?:bench|docs|scripts|src|test|webview-ui)\/[\w./-]*)`/g, isThere)).toEqual([])
})

it('scripts of npm exist', () =>
  expect(unknown(/npm run ([\w:-]+)/g, (name) => name in manifest.scripts)).toEqual([]))

it('commands of aepo exist, and take the options that are shown', () => {
  const isCall = (call: string): boolean => {
    const words = call.split(/\s+/)
    const options = CLI_COMMANDS[namedCommand(words) ?? '']?.options
    const shown = Array.from(call.matchAll(/--([a-z][a-z-]*)/g), ([, name = '']) => name)
    return (
      !!options && shown.every((name) => ['help', 'json', ...Object.keys(options)].includes(name))
    )
  }
  expect(unknown(/(?:^ {4}|`)aepo ([a-z][^`\n#]*)/gm, isCall)).toEqual([])
})

it('settings exist', () => {
  const { configuration, commands } = manifest.contributes
  const names = [
    ...Object.keys(configuration.properties),
    ...commands.map(({ command }) => command),
  ]
  expect(unknown(/`(aepo\.[\w.]+)`/g, (name) => names.includes(name))).toEqual([])
})

it('titles that end in an ellipsis are those of commands and buttons', () => {
  const strings = [
    ...Object.values(JSON.parse(read('package.nls.json')) as Record<string, string>),
    ...Object.keys(JSON.parse(read('l10n/bundle.l10n.json')) as Record<string, string>),
    OF_VS_CODE,
  ]
  expect(unknown(/\*\*(?:AEPO: )?([A-Z][^*]*…)\*\*/g, (title) => strings.includes(title))).toEqual(
    [],
  )
})
