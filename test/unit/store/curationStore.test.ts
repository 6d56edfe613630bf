// The store of a curation: memory and disk say the same, and it says what changed.
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { FailureError } from '../../../src/shared/errors'
import { append, idsOf, newPaths, openStore } from './support/openStore'
import { annotation, candidate, GENERATION, selection } from './support/samples'
import { SLOW } from './support/slow'

describe('the store', () => {
  it('tells of a torn line once, and goes on', async () => {
    const paths = newPaths()
    await (await openStore(paths)).appendCandidates(GENERATION, [candidate('p', 0)])
    appendFileSync(paths.candidates, '{"id":"p-1-1","promptId"')
    const messages: string[] = []
    const store = await openStore(paths, 'ann', messages)
    expect(messages).toEqual([
      expect.stringContaining('candidates.jsonl:3: the last line is incomplete'),
    ])
    await store.refresh()
    await store.appendCandidates(GENERATION, [candidate('p', 1)])
    expect(messages).toHaveLength(2)
    const again: string[] = []
    const { candidates } = await openStore(paths, 'ann', again)
    expect(idsOf(candidates.pool('p', 1))).toEqual(['p-1-0', 'p-1-1'])
    expect(again).toEqual([])
  })

  it('rejects an annotation it could not write, and does not show it', async () => {
    const paths = newPaths()
    const store = await openStore(paths)
    // a folder where the file should be
    mkdirSync(path.join(paths.annotations, 'ann.jsonl'), { recursive: true })
    await expect(append(store, annotation('1', selection('p', [0, 1])))).rejects.toThrow(
      'ann.jsonl',
    )
    expect(store.annotations.standing('ann').size).toBe(0)
    rmSync(path.join(paths.annotations, 'ann.jsonl'), { recursive: true })
    await append(store, annotation('1', selection('p', [0, 1])))
    expect(store.annotations.standing('ann').size).toBe(1)
  })

  it('shares one object of vectors per model, and tries again after a failure', async () => {
    const paths = newPaths()
    const store = await openStore(paths)
    const [one, two] = await Promise.all([store.embeddings('m'), store.embeddings('m')])
    expect(one).toBe(two)
    await one.append([candidate('p', 1)], new Float32Array(2), 2)
    expect(await store.embeddings('other')).not.toBe(one)
    rmSync(paths.embeddingsIndex)
    mkdirSync(paths.embeddingsIndex)
    await expect(store.embeddings('m')).rejects.toThrow(FailureError)
    rmSync(paths.embeddingsIndex, { recursive: true })
    expect((await store.embeddings('m')).has(candidate('p', 1))).toBe(false)
  })

  it(
    'reads a curation of 20,000 candidates',
    async () => {
      const paths = newPaths()
      mkdirSync(paths.folder)
      const lines = Array.from(
        { length: 20_000 },
        (_, i) => `${JSON.stringify(candidate(`p${i % 1000}`, Math.floor(i / 1000)))}\n`,
      )
      writeFileSync(paths.candidates, `${JSON.stringify(GENERATION)}\n${lines.join('')}`)
      const messages: string[] = []
      const store = await openStore(paths, 'ann', messages)
      expect(store.candidates.size).toBe(20_000)
      expect(store.candidates.pool('p999', 1)).toHaveLength(20)
      expect(messages).toEqual([])
    },
    SLOW,
  )
})
