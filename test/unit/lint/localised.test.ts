// Text that people read can be translated: lint finds what does not go through `l10n.t`.
import { Linter } from 'eslint'
import tseslint from 'typescript-eslint'
import { describe, expect, test } from 'vitest'
import { localised } from '../../../scripts/lint/localised.mjs'

/** The texts that the rule finds in a source file. */
function found(source: string): string[] {
  const messages = new Linter().verify(source, {
    languageOptions: { parser: tseslint.parser },
    plugins: { aepo: { rules: { localised } } },
    rules: { 'aepo/localised': 'error' },
  })
  return messages.map(({ message }) => /“(.*)”/s.exec(message)?.[1] ?? message)
}

describe('lint finds', () => {
  test.each([
    ['a failure', "throw failureError('busy', 'Another process works.')", 'Another process works.'],
    ['a remedy', "fail({ remedy: 'Check the path.' })", 'Check the path.'],
    ['wrong use', "throw new UsageError('No file was given.')", 'No file was given.'],
    ['a sentence of one word', "show('Cancelled.')", 'Cancelled.'],
    ['values between words', 'show(`${n} of ${all} are there`)', '{} of {} are there'],
    ['text beside localised text', "show(l10n.t('a b'), 'and more')", 'and more'],
    ['the localisation of VS Code alone', "show(vscode.l10n.t('Show Log'))", 'Show Log'],
    ['text on the page', 'html`<p class="a b">Saved</p>`', 'Saved'],
    ['the name of a control', 'html`<button aria-label="Undo"></button>`', 'Undo'],
    ['text in a value of the page', 'html`<p>${on ? "on now" : off}</p>`', 'on now'],
    ['text in the message of an error', "log(new UsageError('This is shown'))", 'This is shown'],
  ])('%s', (_what, source, text) => {
    expect(found(source)).toEqual([text])
  })

  test('a string that cannot be exported', () => {
    expect(found('l10n.t(yes ? "a b" : "c d")')).toEqual([expect.stringMatching(/takes a literal/)])
  })
})

test.each([
  ['localised text', "show(l10n.t('Show Log'), l10n.t`Run ${id} finished`)"],
  ['programming errors and logs', "log.info('the model is loaded'); throw new Error('not here')"],
  ['the documentation of a schema', "z.string().describe('The name of a model.')"],
  ['classes and selectors', 'html`<p class="a b ${x ? "c d" : e}"></p>`; n.matches("li p, ul p")'],
  ['queries', "const SMALL = '(max-width: 9px)'; const BLOCKS = 'p, li, .heading'"],
  ['names, paths and conditions', "f('a.b', '/some path/x', 'aepo.x && !y', 'not-a-word')"],
  ['code', "run('import importlib.util as u'); type A = 'some text'"],
])('lint passes over %s', (_what, source) => {
  expect(found(source)).toEqual([])
})
