// Values as Python prints them.
import { expect, it } from 'vitest'
import { parsePythonLiteral } from '../../../src/core/text/pythonLiteral'

it.each<[text: string, value: unknown]>([
  [`[{'role': 'user', 'content': "What's 2+2?"}]`, [{ role: 'user', content: "What's 2+2?" }]],
  [
    `{'a': None, 'b': True, 'c': [1, -2.5, 1e3, nan]}`,
    { a: null, b: true, c: [1, -2.5, 1000, null] },
  ],
  [`('a', 'b',)`, ['a', 'b']],
  [`array(['a', 'b'], dtype=object)`, ['a', 'b']],
  [`[{'a': 1}\n {'a': 2}]`, [{ a: 1 }, { a: 2 }]],
  [`'it\\'s \\x41\\u00e4\\U0001F642\\n\\\\'`, "it's Aä🙂\n\\"],
  [`r'\\n'`, '\\n'],
  [`[]`, []],
])('%s', (text, value) => {
  expect(parsePythonLiteral(text)).toEqual({ value })
})

it.each(['', 'Hi', '[1', `['a`, '{1, 2}', '[a]', "print('a')", '[1] and more', '['.repeat(5000)])(
  '%j is none',
  (text) => {
    expect(parsePythonLiteral(text)).toBeUndefined()
  },
)
