// What a terminal is given of texts of files.
import { expect, it } from 'vitest'
import { harmless } from '../../../src/cli/terminalText'

it.each([
  ['\u001b[2J\u001b]0;title\u0007', '\\u001b[2J\\u001b]0;title\\u0007'],
  ['a\rb\bc', 'a\\u000db\\u0008c'],
  ['\u009b31m\u007f\0', '\\u009b31m\\u007f\\u0000'],
  ['Grüße\t🙂\n  مرحبا', 'Grüße\t🙂\n  مرحبا'],
])('%j is shown as %j', (text, shown) => {
  expect(harmless(text)).toBe(shown)
})
