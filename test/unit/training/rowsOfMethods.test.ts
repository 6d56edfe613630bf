// The rows of each method: what they hold beside the texts, and from which labels they come.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AnnotatedPair } from '../../../src/core/training/methods/method'
import { reward } from '../../../src/core/training/methods/reward'
import { isSelfAnnotated } from '../../../src/core/training/row'
import { sppo } from '../../../src/core/training/methods/sppo'
import { undo } from '../../../src/curation/labelling/annotate'
import { annotateOpen } from '../../../src/curation/annotators/annotateOpen'
import type { Curation } from '../../../src/curation/curation'
import { importCandidates } from '../../../src/curation/prompts/importCandidates'
import { selectAnother } from '../../../src/curation/selection/selectAnother'
import type { Preference } from '../../../src/shared/domain'
import { countRows, requireRows, trainingRows } from '../../../src/training/rows'
import { FakeEngine } from '../curation/support/fakeEngine'
import { labelledCuration, runsFolder } from './support/runs'

const ranking = (...tiers: string[][]): Preference => ({ kind: 'ranking', tiers })

function pair(preferences: Preference[], scores: Record<string, number> = {}): AnnotatedPair {
  const [a, b, c] = ['a', 'b', 'c'].map((id) => {
    const score = scores[id]
    return score === undefined ? { id } : { id, score }
  })
  if (!a || !b || !c) throw new Error('no candidates')
  return { chosen: a, rejected: b, candidates: [a, b], pool: [a, b, c], preferences, wins: null }
}

const probabilities = (judged: AnnotatedPair, from = 'labels'): unknown => {
  const found = sppo.pairValues(judged, { probabilities: from })
  return found.success
    ? [found.values['chosenProbability'], found.values['rejectedProbability']]
    : found.message
}

describe('win probabilities', () => {
  it('of one annotator are certain', () => {
    expect(probabilities(pair([ranking(['a'], ['b'])]))).toEqual([1, 0])
    expect(probabilities(pair([ranking(['a'], ['b']), { kind: 'skip' }]))).toEqual([1, 0])
  })

  it('of several annotators are means over the compared candidates, each against itself too', () => {
    const agreed = [ranking(['a'], ['b']), ranking(['a'], ['b'])]
    expect(probabilities(pair(agreed))).toEqual([0.75, 0.25])
    const divided = [...agreed, ranking(['b'], ['a']), { kind: 'tie' } as const]
    // a wins 2 and a half of 4
    expect(probabilities(pair(divided))).toEqual([(0.5 + 2.5 / 4) / 2, (0.5 + 1.5 / 4) / 2])
    const three = { ...pair(agreed), candidates: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] }
    const ranked = [ranking(['a'], ['b'], ['c']), ranking(['a'], ['b', 'c'])]
    expect(probabilities({ ...three, preferences: ranked })).toEqual([
      2.5 / 3,
      expect.closeTo((0 + 0.5 + 0.75) / 3, 12),
    ])
  })

  it('of a judge are means over the compared candidates', () => {
    const wins = (first: string, second: string): number => (first < second ? 0.7 : 0.3)
    const judged = { ...pair([]), wins }
    expect(probabilities(judged, 'judge')).toEqual([
      expect.closeTo((0.5 + 0.7) / 2, 12),
      expect.closeTo((0.5 + 0.3) / 2, 12),
    ])
    const message = expect.stringContaining('needs one judge’s opinion on each pair') as string
    expect(probabilities(pair([]), 'judge')).toEqual(message)
    expect(probabilities({ ...pair([]), wins: () => null }, 'judge')).toEqual(message)
  })

  it('of scores are means over the scored candidates of the pool', () => {
    const wins = (one: number, other: number): number => 1 / (1 + Math.exp(other - one))
    const scored = pair([], { a: 2, b: 0.5, c: -1 })
    expect(probabilities(scored, 'scores')).toEqual([
      expect.closeTo((0.5 + wins(2, 0.5) + wins(2, -1)) / 3, 12),
      expect.closeTo((0.5 + wins(0.5, 2) + wins(0.5, -1)) / 3, 12),
    ])
    expect(probabilities(pair([], { a: 2, c: 1 }), 'scores')).toBe(
      'probabilities=scores needs candidates with scores, and some have none: import them with scores, or set probabilities=labels.',
    )
  })
})

describe('margins', () => {
  const margin = (preferences: Preference[], own = 1): unknown => {
    return reward.pairValues(pair(preferences), { margin: own }).values.margin
  }

  it('count the tiers between two responses, in the mean of the annotators', () => {
    expect(margin([ranking(['a'], ['b'])])).toBe(0)
    expect(margin([ranking(['a'], ['c'], ['b'])])).toBe(1)
    expect(margin([ranking(['a'], ['c'], ['b'])], 0.5)).toBe(0.5)
    expect(margin([ranking(['a'], ['c'], ['d'], ['b']), ranking(['a'], ['b'])])).toBe(1)
    expect(margin([ranking(['a'], ['b']), { kind: 'tie' }])).toBe(0)
  })
})

it('kto trains on single responses, and on those that are all bad', async () => {
  const folder = runsFolder()
  const curation = await labelledCuration(folder)
  const request = { method: 'kto', own: {} } as const
  const rows = trainingRows(curation, request)
  expect(
    rows.map((row) => 'completion' in row && [row.completion[0]?.content, row.values.label]),
  ).toEqual([
    ['Name a river. A good long answer.', true],
    ['Short but not too short.', false],
    ['Name a tree. A good long answer.', true],
    ['Short but not too short.', false],
  ])
  expect(countRows(curation, { method: 'kto' })).toBe(4)
  expect(countRows(curation, { method: 'dpo' })).toBe(2)

  while (await undo(curation)) void 0
  await annotateOpen(
    curation,
    () => Promise.resolve({ kind: 'allBad' }),
    new AbortController().signal,
  )
  expect(trainingRows(curation, request).map(({ values }) => values)).toEqual(
    Array(4).fill({ label: false }),
  )
  expect(() => trainingRows(curation, { ...request, method: 'dpo' })).toThrow(
    'The data set has no rows; a run needs at least 2.',
  )
})

it('sgpo takes pairs that nobody has labelled when it is asked to', async () => {
  const folder = runsFolder()
  const curation = await labelledCuration(folder)
  const own = { selfAnnotate: true, previous: 'seed' }
  expect(() => trainingRows(curation, { method: 'sgpo', own })).toThrow(
    'selfAnnotate: every pair is already labelled.',
  )
  await addUnlabelled(curation, folder)
  const rows = trainingRows(curation, { method: 'sgpo', own })
  expect(rows).toHaveLength(3)
  expect(rows.map(isSelfAnnotated)).toEqual([false, false, true])
  expect(rows.at(-1)).toMatchObject({
    prompt: [{ role: 'user', content: 'Name a tree.' }],
    chosen: [{ content: 'An oak, which lives for centuries.' }],
    rejected: [{ content: 'A lime, which smells of summer.' }],
    values: { selfAnnotated: true },
  })
  expect(trainingRows(curation, { method: 'sgpo', own: { previous: 'seed' } })).toHaveLength(2)
  expect(countRows(curation, { method: 'sgpo' })).toBe(2)
  expect(requireRows(curation, { method: 'sgpo', selfAnnotate: true })).toBe(3)
  expect(curation.store.annotations.annotators).toEqual(['ann'])
  expect(curation.comparisons.pairs()).toHaveLength(2)

  while (await undo(curation)) void 0
  expect(() => requireRows(curation, { method: 'sgpo', selfAnnotate: true })).toThrow(
    'The data set has no rows',
  )
})

it('sgpo says that responses without a label were cut off', async () => {
  const folder = runsFolder()
  const curation = await labelledCuration(folder)
  await addUnlabelled(curation, folder, [
    '<think>\nAn oak, which lives for centuries.',
    '<think>\nA lime, which smells of summer.',
  ])
  const own = { selfAnnotate: true, previous: 'seed' }
  expect(() => trainingRows(curation, { method: 'sgpo', own })).toThrow(
    'selfAnnotate: selections without a label: 1; no two of their responses can be compared',
  )
})

/** Two more candidates under the second prompt, and a selection of them. */
async function addUnlabelled(
  curation: Curation,
  folder: string,
  texts = ['An oak, which lives for centuries.', 'A lime, which smells of summer.'],
): Promise<void> {
  const file = path.join(folder, 'more.jsonl')
  const responses = texts.map((text) => ({ text }))
  writeFileSync(file, `${JSON.stringify({ prompt: 'Name a tree.', responses })}\n`)
  await importCandidates(curation, file)
  await selectAnother(curation, new FakeEngine(), {
    reason: 'more',
    signal: new AbortController().signal,
    onActivity: () => undefined,
  })
}

it('a method that reads what a pair has not is refused', async () => {
  const curation = await labelledCuration(runsFolder())
  expect(() =>
    trainingRows(curation, { method: 'sppo', own: { probabilities: 'scores' } }),
  ).toThrow(
    'probabilities=scores needs candidates with scores, and some have none: import them with scores, or set probabilities=labels.',
  )
  const [row] = trainingRows(curation, { method: 'sppo', own: { probabilities: 'labels' } })
  expect(row?.values).toEqual({ chosenProbability: 1, rejectedProbability: 0 })
})
