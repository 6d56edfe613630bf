// Rows of any shape give a prompt, responses, or a reason: nothing is thrown.
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { expandRow, possiblePrompts, rowToPrompt } from '../../../src/core/rows/prompts'
import { conversionOf } from '../../../src/core/rows/conversion'
import { rowToResponses } from '../../../src/core/rows/responses'

const NAMES = [
  ...['prompt', 'instruction', 'question', 'messages', 'turns', 'input', 'context', 'history'],
  ...['system', 'instances', 'text', 'chosen', 'rejected', 'responses', 'scores', 'model'],
  ...['output_1', 'output_2', 'preference', 'role', 'content', 'from', 'value'],
]
const message = fc.record(
  { role: fc.constantFrom('user', 'assistant', 'system', 'tool', 7), content: fc.jsonValue() },
  { requiredKeys: [] },
)
const value = fc.oneof(
  fc.jsonValue(),
  fc.array(message),
  fc.array(message).map((messages) => JSON.stringify(messages)),
  fc.string({ unit: 'binary' }),
  fc.bigInt(),
  fc.double(),
)
const row = fc.oneof(value, fc.dictionary(fc.constantFrom(...NAMES), value))

it('whatever a row holds', () => {
  fc.assert(
    fc.property(row, (one) => {
      for (const part of expandRow(one)) {
        const prompt = rowToPrompt(part, {})
        if ('prompt' in prompt) {
          expect(prompt.prompt.messages.at(-1)).toMatchObject({ role: 'user' })
          expect(prompt.prompt.messages.every(({ content }) => content.isWellFormed())).toBe(true)
        } else expect(prompt.why).not.toBe('')
        const found = rowToResponses(part)
        if ('why' in found) expect(found.why).not.toBe('')
        else
          for (const { text, score } of found.responses) {
            expect(text.isWellFormed()).toBe(true)
            expect(score === undefined || Number.isFinite(score)).toBe(true)
          }
      }
      possiblePrompts(one)
      conversionOf(one, { kind: 'json' }, 'x.json')
    }),
    { numRuns: 1000 },
  )
})
