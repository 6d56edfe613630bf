// Which translations the command line takes for the locale of a terminal.
import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { loadTranslations } from '../../../src/cli/translations'

const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-l10n-'))
for (const name of ['de', 'pt-br'])
  writeFileSync(path.join(folder, `bundle.l10n.${name}.json`), JSON.stringify({ Key: name }))

it.each([
  [{ LANG: 'de_AT.UTF-8' }, 'de'],
  [{ LANG: 'pt_BR.UTF-8' }, 'pt-br'],
  [{ LANG: 'de_DE@euro' }, 'de'],
  [{ LANG: 'fr_FR.UTF-8', LC_MESSAGES: 'de_DE.UTF-8' }, 'de'],
  [{ LANG: 'de_DE.UTF-8', LC_MESSAGES: 'de_DE.UTF-8', LC_ALL: 'pt_BR' }, 'pt-br'],
  [{ LANG: 'de_DE.UTF-8', LC_ALL: '' }, 'de'],
])('%o takes %s', (environment, name) => {
  expect(loadTranslations(folder, environment)).toEqual({ Key: name })
})

it.each([
  {},
  { LANG: 'C' },
  { LANG: 'C.UTF-8' },
  { LANG: 'POSIX' },
  { LANG: 'en_US.UTF-8' },
  { LANG: 'pt_PT.UTF-8' },
  { LANG: '../de' },
])('%o takes none', (environment) => {
  expect(loadTranslations(folder, environment)).toBeUndefined()
})
