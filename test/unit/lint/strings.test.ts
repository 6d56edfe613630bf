import { expect, it } from 'vitest'
import { localisedStrings } from '../../../scripts/lib/strings.mjs'

it.each([
  ['a literal', "l10n.t('Show Log', 1)", 'Show Log'],
  ['a template without values', 'l10n.t(`It’s "here"`)', 'It’s "here"'],
  ['values in their order', 'l10n.t`${a} of ${b.c}`', '{0} of {1}'],
  ['code in a template', 'l10n.t`in \\`${file}\\`: ${n}`', 'in `{0}`: {1}'],
  ['what stands in a value', 'html`<p title=${l10n.t("Undo")}></p>`', 'Undo'],
])('the strings of a source are %s', (_what, source, text) => {
  expect(localisedStrings(source)).toEqual([text])
})

it.each([
  ['calls of others', "vscode.l10n.t('a'); t('b'); l10n.translate('c')"],
  ['names of values', 'l10n.t(template, values)'],
])('%s are not', (_what, source) => {
  expect(localisedStrings(source)).toEqual([])
})
