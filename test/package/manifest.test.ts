// package.json and the code name the same commands, settings and editor.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { COMMANDS } from '../../src/host/commands/table'
import { CURATION_VIEW_TYPE } from '../../src/host/curations'
import { SETTING_NAMES } from '../../src/host/settings'

vi.mock('vscode', () => ({ l10n: { t: (text: string) => text } }))

const ROOT = join(import.meta.dirname, '../..')
const { contributes } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  contributes: {
    commands: { command: string }[]
    customEditors: { viewType: string }[]
    configuration: { properties: Record<string, unknown> }
    walkthroughs: { steps: { description: string; completionEvents: string[] }[] }[]
  }
}

test('commands', () => {
  expect(contributes.commands.map(({ command }) => command).sort()).toEqual(
    Object.keys(COMMANDS).sort(),
  )
})

test('settings', () => {
  expect(Object.keys(contributes.configuration.properties).sort()).toEqual(
    Object.values(SETTING_NAMES)
      .map((name) => `aepo.${name}`)
      .sort(),
  )
})

test('the custom editor', () => {
  expect(contributes.customEditors.map(({ viewType }) => viewType)).toEqual([CURATION_VIEW_TYPE])
})

test('commands that the walkthrough offers', () => {
  const events = contributes.walkthroughs.flatMap(({ steps }) =>
    steps.flatMap(({ completionEvents }) => completionEvents),
  )
  expect(events).not.toEqual([])
  expect(
    events
      .map((event) => event.replace('onCommand:', ''))
      .filter((command) => !Object.hasOwn(COMMANDS, command)),
  ).toEqual([])
})
