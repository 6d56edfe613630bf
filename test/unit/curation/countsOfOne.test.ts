// Sentences about one thing are in the singular.
import { expect, it } from 'vitest'
import { cutOffSentence } from '../../../src/curation/generation/cutOff'
import { tokensText } from '../../../src/core/training/tokensText'

it('one candidate was cut off', () => {
  expect(cutOffSentence(1, 16)).toMatch(/^1 of 16 candidates was cut off/)
  expect(cutOffSentence(2, 16)).toMatch(/^2 of 16 candidates were cut off/)
})

it('one row is left out, and one token is shown', () => {
  const inspection = {
    ...{ rows: 3, kept: 2, problems: [], steps: 1, stepsPerEpoch: 1, heldOutRows: 0 },
    ...{ selfAnnotatedRows: 0, heldOutPrompts: 0 },
    tokens: [{ row: 1, prompt: ['Hi'], responses: { chosen: ['a', 'b'] }, values: {} }],
  }
  const text = tokensText(inspection, '2 pairs, 1 step')
  expect(text).toContain('\n1 of 3 rows is left out.\n')
  expect(text).toContain('prompt (1 token):')
  expect(text).toContain('chosen (2 tokens):')
  expect(tokensText({ ...inspection, kept: 1 }, '')).toContain('\n2 of 3 rows are left out.\n')
})
