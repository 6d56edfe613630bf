// The pool behind a selection: every candidate once, with what became of it.
import { expect, it } from 'vitest'
import { poolMapOf, poolOf } from '../../../src/curation/labelling/pool'
import { importCandidates } from '../../../src/curation/prompts/importCandidates'
import { selectAll } from '../../../src/curation/selection/select'
import { CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'

it('tells what was selected, what was left out and why, and what was neither', async () => {
  const prompt = 'Name a river.'
  const folder = new CurationFolder([prompt], { sampling: { n: 6 } })
  const responses = [
    'An answer of some length.',
    'Another answer of some length.',
    'A third answer that is as good.',
    'A fourth one, a little longer than those before.',
    'An answer of some length.',
    'N',
  ]
  const row = { prompt, responses: responses.map((text, i) => ({ text, model: `m${i}` })) }
  const curation = await folder.open()
  await importCandidates(curation, folder.writeRows('c.jsonl', [row]))
  await selectAll(curation, new FakeEngine(), QUIETLY)
  const [selection] = curation.round.selections()
  const pool = poolOf(curation, selection?.id ?? '')
  expect(pool.map(({ text }) => text)).toEqual(responses)
  expect(pool.map(({ outcome }) => outcome).slice(4)).toEqual(['duplicate', 'stub'])
  expect(
    pool
      .flatMap(({ candidateId, outcome }) => (outcome === 'selected' ? [candidateId] : []))
      .sort(),
  ).toEqual(selection?.candidateIds.toSorted())
  expect(pool.filter(({ outcome }) => outcome === 'kept')).toHaveLength(2)
  expect(() => poolOf(curation, 'none')).toThrow('This selection no longer exists.')
  const { places = {}, share } = (await poolMapOf(curation, selection?.id ?? '')) ?? {}
  expect(pool.every(({ candidateId: id }) => places[id]?.every((one) => Math.abs(one) <= 1))).toBe(
    true,
  )
  expect(share).toBeGreaterThan(0)
  expect(share).toBeLessThanOrEqual(1)
  await expect(poolMapOf(curation, 'none')).rejects.toThrow('This selection no longer exists.')
})

it('has no map of two candidates', async () => {
  const curation = await new CurationFolder(['one'], { sampling: { n: 2 } }).generated()
  const [selection] = curation.round.selections()
  expect(await poolMapOf(curation, selection?.id ?? '')).toBeNull()
})
