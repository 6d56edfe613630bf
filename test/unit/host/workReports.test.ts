// What a command says when its work on a curation has ended.
import { expect, test } from 'vitest'
import { generationReport, selectionReport } from '../../../src/host/workReports'

test.each([
  [
    { generated: 16, cutOff: 5 },
    '5 of 16 candidates were cut off at the token limit; raise sampling.maxNewTokens for longer ones.',
  ],
  [
    { generated: 16, cutOff: 1 },
    '1 of 16 candidates was cut off at the token limit; raise sampling.maxNewTokens for longer ones.',
  ],
  [{ generated: 16, cutOff: 0 }, null],
  [{ generated: 0, cutOff: 0 }, 'Every pool is full: nothing was generated.'],
])('generation: %o', (result, sentence) => {
  expect(generationReport({ ...result, leftOut: null })).toBe(sentence)
})

test.each([
  ['busy', 0, 16, 'Nothing was selected: other work on this curation is running.'],
  ['stopped', 5, 16, 'Stopped. New selections so far: 5 of 16.'],
  ['done', 0, 0, 'Nothing was selected: there are no candidates yet.'],
  ['done', 0, 16, 'Nothing changed: the settings give the 16 selections that are there.'],
  ['done', 0, 1, 'Nothing changed: the settings give the selection that is there.'],
  ['done', 5, 16, 'New selections: 5 of 16; those with labels stay as they were.'],
] as const)('%s, %i new of %i', (end, added, selections, sentence) => {
  expect(selectionReport(end, added, { selections })).toBe(sentence)
})

test.each([
  [1, 1, '1 new selection. 1 more is selected using your labels when labelling reaches it.'],
  [2, 1, '2 new selections. 1 more is selected using your labels when labelling reaches it.'],
  [0, 8, '0 new selections. 8 more are selected using your labels when labelling reaches them.'],
])('by a rule that learns, %i new and %i due', (added, due, sentence) => {
  expect(selectionReport('done', added, { selections: added, due })).toBe(sentence)
})
