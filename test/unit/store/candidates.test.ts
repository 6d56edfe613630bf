// Candidates in the store: on disk before they are indexed, each once, a pool by index.
import { appendFileSync, existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FailureError } from '../../../src/shared/errors'
import { jsonLines } from '../../support/jsonLines'
import { idsOf, newPaths, openStore } from './support/openStore'
import { candidate, GENERATION } from './support/samples'

describe('candidates', () => {
  it('are in memory and on disk when an append resolves, after the settings they came from', async () => {
    const paths = newPaths()
    const store = await openStore(paths)
    expect(existsSync(paths.folder)).toBe(false)
    await Promise.all(
      [0, 1, 2].map((index) => store.appendCandidates(GENERATION, [candidate('p', index)])),
    )
    await store.appendCandidates({ ...GENERATION, id: 'other' }, [
      { ...candidate('q', 0), generationId: 'other' },
    ])
    await store.appendCandidates(GENERATION, [candidate('q', 1)])
    await store.appendCandidates({ ...GENERATION, id: 'unused' }, [])
    expect(jsonLines(paths.candidates)).toEqual([
      GENERATION,
      candidate('p', 0),
      candidate('p', 1),
      candidate('p', 2),
      { ...GENERATION, id: 'other' },
      { ...candidate('q', 0), generationId: 'other' },
      candidate('q', 1),
    ])
    for (const each of [store, await openStore(paths)]) {
      expect(each.candidates.size).toBe(5)
      expect(each.candidates.pool('p', 1)).toEqual([
        candidate('p', 0),
        candidate('p', 1),
        candidate('p', 2),
      ])
      expect(each.candidates.candidate(candidate('q', 1).id)).toEqual(candidate('q', 1))
      expect(each.candidates.pool('p', 2)).toEqual([])
      expect(each.candidates.candidate('p-1-9')).toBeUndefined()
    }
  })

  it('of a pool come by index, however they arrived, in an array that does not change', async () => {
    const store = await openStore(newPaths())
    await store.appendCandidates(
      GENERATION,
      [10, 2, 0].map((index) => candidate('p', index)),
    )
    const before = store.candidates.pool('p', 1)
    await store.appendCandidates(GENERATION, [candidate('p', 1)])
    expect(idsOf(before)).toEqual(['p-1-0', 'p-1-2', 'p-1-10'])
    expect(idsOf(store.candidates.pool('p', 1))).toEqual(['p-1-0', 'p-1-1', 'p-1-2', 'p-1-10'])
  })

  it('count once; of two texts under one id the first counts and it is told', async () => {
    const paths = newPaths()
    const messages: string[] = []
    const store = await openStore(paths, 'ann', messages)
    await store.appendCandidates(GENERATION, [candidate('p', 0), candidate('p', 0)])
    expect(messages).toEqual([])
    appendFileSync(paths.candidates, `${JSON.stringify(candidate('p', 0, 'another'))}\n`)
    await store.refresh()
    expect(store.candidates.pool('p', 1)).toEqual([candidate('p', 0)])
    expect(store.candidates.size).toBe(1)
    expect(messages).toEqual([expect.stringContaining('1 candidate has the id of an earlier one')])
  })

  it('tell texts repeated under several prompts, empty ones left out', async () => {
    const store = await openStore(newPaths())
    const texts: Record<string, string[]> = {
      p: ['Sorry.', 'Sorry.', '', 'Yes.'],
      q: [' Sorry.\n', '', 'Yes.'],
      r: ['Sorry.', '', 'No.'],
    }
    for (const [promptId, pool] of Object.entries(texts))
      await store.appendCandidates(
        GENERATION,
        pool.map((text, index) => candidate(promptId, index, text)),
      )
    const repeated = (minPrompts: number): string[] =>
      store.candidates.repeatedTexts('p', 1, minPrompts)
    expect(repeated(2)).toEqual(['Sorry.', 'Sorry.', 'Yes.'])
    expect(repeated(3)).toEqual(['Sorry.', 'Sorry.'])
    expect(repeated(4)).toEqual([])
  })

  it('refuse what could not be read back, and take the next', async () => {
    const store = await openStore(newPaths())
    await expect(
      store.appendCandidates(GENERATION, [{ ...candidate('p', 0), logprob: NaN }]),
    ).rejects.toThrow(FailureError)
    await store.appendCandidates(GENERATION, [candidate('p', 1)])
    expect(idsOf(store.candidates.pool('p', 1))).toEqual(['p-1-1'])
  })
})
