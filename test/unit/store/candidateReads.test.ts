// The index of candidates in a running process: it takes in what is appended, and finds texts under
// several prompts.
import { appendFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { textHash } from '../../../src/core/formats/ids'
import {
  contentOf,
  contentWithoutIndex,
  largeCandidate,
  lineOf,
  openAndSave,
  openIndex,
  refresh,
  writeLargeJournal,
} from './support/candidateJournals'
import { candidate, GENERATION, selection } from './support/samples'
import { SLOW } from './support/slow'
import { temporaryFolder } from '../../support/temporaryFolder'

const newFile = (): string => path.join(temporaryFolder(), 'candidates.jsonl')

describe('a running index', () => {
  it(
    'takes in what it and others append, and saves it as the journal grows',
    async () => {
      const file = newFile()
      writeLargeJournal(file)
      const [mine, other] = [await openAndSave(file), await openIndex(file)]
      for (let index = 100; index < 200; index++) {
        await (index % 2 === 0 ? mine : other).journal.append(
          [GENERATION],
          [largeCandidate('p', index), largeCandidate('q', index)],
        )
        if (index % 3 === 0) await refresh(mine)
      }
      await Promise.all([refresh(mine), refresh(other)])
      const expected = await contentWithoutIndex(file)
      expect(contentOf(mine)).toEqual(expected.content)
      expect(contentOf(other)).toEqual(expected.content)
      await Promise.all([mine.journal.save(), other.journal.save()])
      expect(contentOf(await openIndex(file))).toEqual(expected.content)
    },
    SLOW,
  )

  it('gives arrays that do not change, in the order of the indices', async () => {
    const file = newFile()
    writeFileSync(file, [10, 2, 0].map((index) => lineOf(candidate('p', index))).join(''))
    const { index, journal } = await openIndex(file)
    const before = index.pool('p', 1)
    appendFileSync(file, lineOf(candidate('p', 1)))
    await refresh({ journal })
    expect(before.map(({ id }) => id)).toEqual(['p-1-0', 'p-1-2', 'p-1-10'])
    expect(index.pool('p', 1).map(({ id }) => id)).toEqual(['p-1-0', 'p-1-1', 'p-1-2', 'p-1-10'])
    expect(index.entries('p', 1).map((entry) => entry.index)).toEqual([0, 1, 2, 10])
  })

  it('says that the journal is gone when a text is read before the next refresh', async () => {
    const file = newFile()
    writeFileSync(file, lineOf(candidate('p', 0)))
    const { index, journal } = await openIndex(file)
    rmSync(file)
    expect(() => index.candidate('p-1-0')).toThrow('Another program changed the candidates.')
    expect(await refresh({ journal })).toBe(true)
    expect(index.candidate('p-1-0')).toBeUndefined()
  })

  it('knows whether a selection was made from the texts that its candidates have', async () => {
    const file = newFile()
    writeFileSync(file, [0, 1].map((index) => lineOf(candidate('p', index))).join(''))
    const { index } = await openIndex(file)
    const hashes = [0, 1].map((each) => textHash(candidate('p', each).text))
    expect(index.isOf(selection('p', [0, 1], { textHashes: hashes }))).toBe(true)
    expect(index.isOf(selection('p', [1, 0], { textHashes: hashes }))).toBe(false)
    expect(index.isOf(selection('p', [0, 2], { textHashes: hashes }))).toBe(false)
  })
})

describe('texts under several prompts', () => {
  it.each<[name: string, hash: ((text: string) => string) | undefined]>([
    ['by their hashes', undefined],
    ['whatever texts have the same hash', (text) => `0000000${text.length % 2}00000000`],
    ['when all texts have the hash 0', () => '0'.repeat(16)],
  ])('are found %s', async (_, hash) => {
    const file = newFile()
    const texts: Record<string, string[]> = {
      p: ['everywhere', ' twice\n', 'p alone', 'p alone', '', ' '],
      q: ['everywhere', 'twice', 'q alone', ''],
      r: ['everywhere ', 'r alone', '', '\n'],
    }
    writeFileSync(
      file,
      Object.entries(texts)
        .flatMap(([promptId, all]) => all.map((text, i) => lineOf(candidate(promptId, i, text))))
        .join(''),
    )
    const { index, journal } = await openIndex(file, hash)
    expect(index.repeatedTexts('p', 1, 2)).toEqual(['everywhere', 'twice'])
    expect(index.repeatedTexts('q', 1, 2)).toEqual(['everywhere', 'twice'])
    expect(index.repeatedTexts('p', 1, 3)).toEqual(['everywhere'])
    expect(index.repeatedTexts('r', 1, 3)).toEqual(['everywhere'])
    expect(index.repeatedTexts('p', 1, 4)).toEqual([])
    appendFileSync(file, lineOf(candidate('s', 0, 'q alone')))
    await refresh({ journal })
    expect(index.repeatedTexts('q', 1, 2)).toEqual(['everywhere', 'twice', 'q alone'])
  })
})
