// The style sheets take every colour from the theme, by names that VS Code has.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { THEMES } from './harness/themes'

const FOLDER = resolve(import.meta.dirname, '../../webview-ui/styles')
const KNOWN = new Set(Object.values(THEMES).flatMap(({ variables }) => Object.keys(variables)))
const FIXED_COLOUR =
  /#[0-9a-f]{3,8}\b|\b(?:rgb|hsl)a?\(|\b(?:black|white|red|green|blue|gr[ae]y|orange|yellow|purple)\b(?!-)/gi

test.each(readdirSync(FOLDER))('%s', (file) => {
  const css = readFileSync(join(FOLDER, file), 'utf8').replace(/\/\*.*?\*\//gs, '')
  const variables = css.match(/--vscode-[\w-]+/g) ?? []
  expect(variables.filter((name) => !KNOWN.has(name))).toEqual([])
  expect(css.replace(/--[\w-]+|\.[a-z][\w-]*/gi, '').match(FIXED_COLOUR) ?? []).toEqual([])
})
