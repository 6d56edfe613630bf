// package.json and package.nls.json say what the tables of commands and settings say, and the rest
// of package.json names commands that exist.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { COMMANDS } from '../../src/host/commands/table'
import { all, any, CONTEXT_KEYS, not } from '../../src/host/commands/when'
import { CURATION_VIEW_TYPE } from '../../src/host/curations'
import { commandContributions, manifestFile, stringsFile } from '../../src/host/manifest'

vi.mock('vscode', () => ({ l10n: { t: (text: string) => text } }))

const read = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../..', name), 'utf8')
const { contributes } = JSON.parse(read('package.json')) as {
  contributes: {
    customEditors: { viewType: string }[]
    walkthroughs: { steps: { description: string; completionEvents: string[] }[] }[]
  }
}

test('package.json and package.nls.json are generated from the tables', () => {
  expect(manifestFile(read('package.json'))).toBe(read('package.json'))
  expect(stringsFile(read('package.nls.json'))).toBe(read('package.nls.json'))
})

test('a command that was deleted from the table disappears from the files', () => {
  const manifest = read('package.json').replaceAll('aepo.export"', 'aepo.deleted"')
  expect(manifest).toContain('aepo.deleted')
  expect(manifestFile(manifest)).toBe(read('package.json'))
  const strings = read('package.nls.json').replace('command.export', 'command.deleted')
  expect(strings).toContain('command.deleted')
  expect(stringsFile(strings)).toBe(read('package.nls.json'))
})

test('an entry becomes a command, its menu items and its key', () => {
  const run = (): Promise<void> => Promise.resolve()
  expect(
    commandContributions({
      plain: { title: 'Plain', icon: 'star', run },
      full: {
        title: 'Full',
        icon: 'heart',
        enablement: 'a',
        palette: 'b',
        explorer: { group: 'g@1', when: 'c' },
        editorTitle: { group: 'navigation', when: 'd' },
        key: { key: 'ctrl+k', when: 'e' },
        run,
      },
    }),
  ).toEqual({
    commands: [
      { command: 'aepo.plain', category: 'AEPO', title: '%command.plain%', icon: '$(star)' },
      {
        command: 'aepo.full',
        category: 'AEPO',
        title: '%command.full%',
        icon: '$(heart)',
        enablement: 'a',
      },
    ],
    menus: {
      commandPalette: [{ command: 'aepo.full', when: 'b' }],
      'explorer/context': [{ command: 'aepo.full', when: 'c', group: 'g@1' }],
      'editor/title': [{ command: 'aepo.full', when: 'd', group: 'navigation' }],
    },
    keybindings: [{ command: 'aepo.full', key: 'ctrl+k', when: 'e' }],
  })
})

test('when clauses keep their meaning when they are combined', () => {
  expect(all('a', any('b', 'c'), not(any('d', 'e')))).toBe('a && (b || c) && (!(d || e))')
})

test('the custom editor', () => {
  expect(contributes.customEditors.map(({ viewType }) => viewType)).toEqual([CURATION_VIEW_TYPE])
})

test('a step of the walkthrough is done by a command, or by what it begins: a button begins it, too', () => {
  const events = contributes.walkthroughs.flatMap(({ steps }) =>
    steps.map(({ completionEvents }) => completionEvents),
  )
  expect(events).toEqual([
    ['onCommand:aepo.openSample'],
    ['onCommand:aepo.newCuration'],
    ['onCommand:aepo.generate', 'onContext:aepo.generating'],
    ['onCommand:aepo.train', 'onContext:aepo.training'],
  ])
  const names = [
    ...Object.keys(COMMANDS).map((command) => `onCommand:aepo.${command}`),
    ...CONTEXT_KEYS.map((key) => `onContext:aepo.${key}`),
  ]
  expect(names).toEqual(expect.arrayContaining(events.flat()))
})
