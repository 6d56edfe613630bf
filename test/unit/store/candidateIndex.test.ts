// The index of candidates says what the journal says, whatever became of the journal and of the
// index on disk between one process and the next.
import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
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
import { candidate, GENERATION } from './support/samples'
import { SLOW } from './support/slow'
import { temporaryFolder } from '../../support/temporaryFolder'

const LONG_AGO = 1_000_000_000

interface Files {
  folder: string
  file: string
  index: string
}

function newFiles(): Files {
  const folder = temporaryFolder()
  const file = path.join(folder, 'candidates.jsonl')
  return { folder, file, index: path.join(folder, 'candidates.index') }
}

function overwrite(file: string, position: number, text: string): void {
  const handle = openSync(file, 'r+')
  writeSync(handle, text, position)
  closeSync(handle)
}

/** Replaces the first sign of a text in the middle of the file, in place, if it is there. */
function editInPlace({ file }: Files, promptId: string, index: number): void {
  const position = readFileSync(file, 'latin1').indexOf(`${promptId} ${index} xxx`)
  if (position >= 0) overwrite(file, position, 'E')
}

function replaceBy({ file }: Files, content: string | Buffer): void {
  writeFileSync(`${file}.new`, content)
  renameSync(`${file}.new`, file)
}

const CHANGES: Record<string, (files: Files) => void> = {
  'nothing happened': () => undefined,
  'another process appended': ({ file }) =>
    appendFileSync(file, lineOf(largeCandidate('p', 61)) + lineOf(largeCandidate('new', 0))),
  'a text was edited in place, with the same size': (files) => editInPlace(files, 'q', 7),
  'a text was edited in place, and lines were appended': (files) => {
    editInPlace(files, 'q', 8)
    appendFileSync(files.file, lineOf(largeCandidate('s', 62)))
  },
  'git checked out an older state': (files) =>
    replaceBy(files, readFileSync(files.file).subarray(0, 500_003)),
  'git merged lines into the middle': (files) => {
    const lines = readFileSync(files.file, 'utf8').split('\n')
    lines.splice(9, 0, lineOf(largeCandidate('r', 70)).trim())
    replaceBy(files, lines.join('\n'))
  },
  'git pulled more lines': (files) =>
    replaceBy(files, readFileSync(files.file, 'utf8') + lineOf(largeCandidate('r', 71))),
  'the last line was torn': ({ file }) => truncateSync(file, statSync(file).size - 100),
  'a torn line was written': ({ file }) => appendFileSync(file, '{"id":"p-1-9'),
  'a line is no record': ({ file }) => appendFileSync(file, '<<<<<<< HEAD\n'),
  'candidates came again, one with another text': ({ file }) =>
    appendFileSync(
      file,
      lineOf(largeCandidate('p', 1)) + lineOf(candidate('p', 2, 'Another text.')),
    ),
  'an id was made by hand': ({ file }) =>
    appendFileSync(
      file,
      ['by hand', 'by hand-3', 'p-1-03', 'q-1-5']
        .map((id) => lineOf({ ...candidate('p', 0, `Text of ${id}.`), id }))
        .join(''),
    ),
  'the journal was deleted': ({ file }) => writeFileSync(file, ''),
  'the journal was copied': ({ file }) => {
    copyFileSync(file, `${file}.copy`)
    renameSync(`${file}.copy`, file)
  },
  'the index was deleted': ({ index }) => rmSync(index, { force: true }),
  'the index was cut': ({ index }) => {
    if (existsSync(index)) truncateSync(index, statSync(index).size - 8)
  },
  'the index was damaged': ({ index }) => {
    if (existsSync(index)) overwrite(index, statSync(index).size - 100, 'damaged')
  },
}

describe('an index that was saved', () => {
  it.each(Object.entries(CHANGES))(
    'gives what the journal holds after %s',
    async (_, change) => {
      const files = newFiles()
      writeLargeJournal(files.file)
      await openAndSave(files.file)
      expect(existsSync(files.index)).toBe(true)
      change(files)
      const expected = await contentWithoutIndex(files.file)
      for (let time = 0; time < 2; time++) {
        const opened = await openAndSave(files.file)
        expect(contentOf(opened)).toEqual(expected.content)
        expect(opened.messages).toEqual(expected.messages)
      }
    },
    SLOW,
  )

  it(
    'gives what the journal holds after any sequence of that, with and without a process that goes on',
    async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom(...Object.keys(CHANGES)), { minLength: 1, maxLength: 5 }),
          async (names) => {
            const files = newFiles()
            writeLargeJournal(files.file)
            const running = await openAndSave(files.file)
            for (const name of names) {
              CHANGES[name]?.(files)
              const expected = await contentWithoutIndex(files.file)
              expect(contentOf(await openAndSave(files.file))).toEqual(expected.content)
              await refresh(running)
            }
            const last = await contentWithoutIndex(files.file)
            // A line edited in place is noticed by a running process when it is read.
            if (running.index.size > 0) await untilRead(running)
            expect(contentOf(running)).toEqual(last.content)
          },
        ),
        { numRuns: 8 },
      )
    },
    SLOW,
  )

  async function untilRead(running: Awaited<ReturnType<typeof openIndex>>): Promise<void> {
    try {
      contentOf(running)
    } catch (thrown) {
      expect(thrown).toMatchObject({ failure: { code: 'busy' } })
      await refresh(running)
    }
  }

  it('of another journal is not used', async () => {
    const [files, other] = [newFiles(), newFiles()]
    writeLargeJournal(files.file)
    writeLargeJournal(other.file)
    editInPlace(other, 's', 3)
    await openAndSave(other.file)
    copyFileSync(other.index, files.index)
    const expected = await contentWithoutIndex(files.file)
    expect(contentOf(await openIndex(files.file))).toEqual(expected.content)
  })

  it('is trusted while size and time of the journal are those it was made with; a text is compared when it is read', async () => {
    const files = newFiles()
    writeLargeJournal(files.file)
    utimesSync(files.file, LONG_AGO, LONG_AGO)
    await openAndSave(files.file)
    editInPlace(files, 'r', 9)
    utimesSync(files.file, LONG_AGO, LONG_AGO)
    const opened = await openIndex(files.file)
    expect(opened.index.pool('q', 1)).toHaveLength(60)
    expect(() => opened.index.pool('r', 1)).toThrow('Another program changed the candidates.')
    expect(() => opened.index.candidate('r-1-9')).toThrow('Try again.')
    await refresh(opened)
    expect(opened.index.candidate('r-1-9')?.text).toMatch(/^E 9 x/)
    expect(contentOf(opened)).toEqual((await contentWithoutIndex(files.file)).content)
  })

  it('is compared with a journal that changed just before it was read: its time may stand still', async () => {
    const files = newFiles()
    writeLargeJournal(files.file)
    const now = Math.floor(Date.now() / 1000)
    utimesSync(files.file, now, now)
    await openAndSave(files.file)
    editInPlace(files, 'r', 9)
    utimesSync(files.file, now, now)
    expect((await openIndex(files.file)).index.candidate('r-1-9')?.text).toMatch(/^E 9 x/)
  })

  it('is saved again after it was compared, so that the next process need not', async () => {
    const files = newFiles()
    writeLargeJournal(files.file)
    await openAndSave(files.file)
    const before = readFileSync(files.index)
    utimesSync(files.file, LONG_AGO, LONG_AGO)
    await openAndSave(files.file)
    const after = readFileSync(files.index)
    expect(after.equals(before)).toBe(false)
    await openAndSave(files.file)
    expect(readFileSync(files.index).equals(after)).toBe(true)
  })

  it('of a journal without a candidate takes in those that follow', async () => {
    const files = newFiles()
    writeFileSync(files.file, lineOf({ ...GENERATION, model: 'x'.repeat(1_200_000) }))
    await openAndSave(files.file)
    expect(existsSync(files.index)).toBe(true)
    appendFileSync(files.file, lineOf(candidate('p', 0)))
    const opened = await openIndex(files.file)
    expect(opened.index.pool('p', 1)).toEqual([candidate('p', 0)])
  })

  it('is not made for a small journal, and not needed where it cannot be written', async () => {
    const small = newFiles()
    writeFileSync(small.file, lineOf(GENERATION) + lineOf(candidate('p', 0)))
    expect((await openAndSave(small.file)).index.size).toBe(1)
    expect(existsSync(small.index)).toBe(false)
    const large = newFiles()
    writeLargeJournal(large.file)
    mkdirSync(large.index)
    expect((await openAndSave(large.file)).index.size).toBe(240)
    expect((await openAndSave(large.file)).messages).toEqual([])
  })
})
