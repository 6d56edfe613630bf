// JSON texts as programs write them, of any length.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseJson } from '../../../src/core/text/jsonText'

const LONG = 'x'.repeat(20_000_000)

it('reads a string of megabytes', () => {
  expect(parseJson(JSON.stringify({ prompt: LONG }))).toEqual({ value: { prompt: LONG } })
  const escaped = '\\"'.repeat(2_000_000)
  expect(parseJson(JSON.stringify([escaped]))).toEqual({ value: [escaped] })
})

it('reads NaN beside a string of megabytes', () => {
  expect(parseJson(`{"prompt": "${LONG}", "score": NaN}`)).toEqual({
    value: { prompt: LONG, score: null },
  })
})

it('leaves strings as they are, whatever is in them', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('\\', '"', 'NaN', '[', '{', ' ', 'é') }),
      (text) => {
        expect(parseJson(`[${JSON.stringify(text)}, -Infinity]`)).toEqual({ value: [text, null] })
      },
    ),
  )
})

it('counts brackets outside of strings alone', () => {
  const brackets = '['.repeat(300)
  expect(parseJson(JSON.stringify({ a: brackets }))).toEqual({ value: { a: brackets } })
  expect(parseJson(`${brackets}${']'.repeat(300)}`)).toMatchObject({
    problem: { message: expect.stringContaining('200 levels') as string },
  })
})
