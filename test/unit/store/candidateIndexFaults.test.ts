// The index of candidates under faults that are caused for real: processes that are killed while
// they write it, and candidates that are set aside.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { curationFileSchema } from '../../../src/core/formats/curationFile'
import { curationPaths } from '../../../src/store/curationPaths'
import { CurationStore } from '../../../src/store/curationStore'
import {
  contentOf,
  contentWithoutIndex,
  openAndSave,
  openIndex,
  refresh,
  writeLargeJournal,
} from './support/candidateJournals'
import { childProgram, startChild } from './support/children'
import { SLOW } from './support/slow'
import { temporaryFolder } from '../../support/temporaryFolder'

const indexWriter = childProgram('indexWriter')

describe('a process killed while it appends and writes the index', () => {
  it.each([0, 2, 5, 30])(
    'leaves an index that the next one can use or passes over, after %i ms',
    async (milliseconds) => {
      const file = path.join(temporaryFolder(), 'candidates.jsonl')
      for (let round = 0; round < 3; round++) {
        const child = startChild(indexWriter, { file })
        let seen = 0
        for await (const line of child.lines) {
          seen = Number(line)
          setTimeout(() => child.process.kill('SIGKILL'), milliseconds)
        }
        expect((await child.ended).signal).toBe('SIGKILL')
        const opened = await openIndex(file)
        expect(opened.index.size).toBeGreaterThanOrEqual(seen)
        expect(contentOf(opened)).toEqual((await contentWithoutIndex(file)).content)
      }
      await openAndSave(file)
      expect(existsSync(path.join(path.dirname(file), 'candidates.index'))).toBe(true)
    },
    SLOW,
  )
})

describe('candidates that are set aside', () => {
  it(
    'leave the index of this process, of another one, and of the next',
    async () => {
      const paths = curationPaths(
        path.join(temporaryFolder(), 'helpful.aepo.json'),
        curationFileSchema.parse({ version: 1, prompts: 'p.jsonl' }),
      )
      mkdirSync(paths.folder)
      writeLargeJournal(paths.candidates)
      writeFileSync(paths.selections, '')
      const other = await openAndSave(paths.candidates)
      const store = await CurationStore.open(paths, {
        annotator: 'ann',
        onMessage: () => undefined,
      })
      const leaving = new Set(['p-1-0', 'q-1-7', 's-1-59'])
      await store.transaction((transaction) =>
        transaction.setAside({ candidateIds: leaving, selectionIds: new Set() }, 'then'),
      )
      const expected = await contentWithoutIndex(paths.candidates)
      await refresh(other)
      expect(contentOf(other)).toEqual(expected.content)
      expect(contentOf(await openIndex(paths.candidates))).toEqual(expected.content)
      expect([...leaving].map((id) => store.candidates.candidate(id))).toEqual([
        undefined,
        undefined,
        undefined,
      ])
      expect(store.candidates.pool('p', 1)).toEqual(other.index.pool('p', 1))
      expect(other.index.size).toBe(237)
    },
    SLOW,
  )
})
