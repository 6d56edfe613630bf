// The data set on disk: the same bytes for the same rows, and never over what the curation reads.
import { execFile, execFileSync } from 'node:child_process'
import {
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { curationFileSchema } from '../../../src/core/formats/curationFile'
import type { DpoRow } from '../../../src/core/export/dpo'
import { type CurationPaths, curationPaths } from '../../../src/store/curationPaths'
import { writeDataSet } from '../../../src/store/dataSet'
import { jsonLines } from '../../support/jsonLines'
import { temporaryFolder } from '../../support/temporaryFolder'

const newPaths = (output?: string): CurationPaths =>
  curationPaths(
    path.join(temporaryFolder(), 'helpful.aepo.json'),
    curationFileSchema.parse({ version: 1, prompts: 'p.jsonl', output }),
  )
const write = async (paths: CurationPaths, rows: DpoRow[], file = paths.output): Promise<number> =>
  (await writeDataSet(file, rows, paths)).lost

describe('the output', () => {
  const row = (chosen: string): DpoRow => ({
    prompt: [{ role: 'user', content: 'Hi' }],
    chosen: [{ role: 'assistant', content: chosen }],
    rejected: [{ role: 'assistant', content: 'No 🙂' }],
  })

  it('is one row a line, the same bytes for the same rows, and left alone when it has them', async () => {
    const paths = newPaths()
    await write(paths, [row('a'), row('b')])
    expect(jsonLines(paths.output)).toEqual([row('a'), row('b')])
    const [bytes, { ino }] = [readFileSync(paths.output), statSync(paths.output)]
    await write(paths, [row('a'), row('b')])
    expect(statSync(paths.output).ino).toBe(ino)
    rmSync(paths.output)
    await write(paths, [row('a'), row('b')])
    expect(readFileSync(paths.output)).toEqual(bytes)
    for (const rows of [[row('a')], [row('a'), row('b'), row('c')], [row('a'), row('x')], []]) {
      await write(paths, rows)
      expect(readFileSync(paths.output, 'utf8')).toBe(
        rows.map((each) => `${JSON.stringify(each)}\n`).join(''),
      )
    }
  })

  it('is not read to be left alone when it is what was written last', async () => {
    const paths = newPaths()
    const rows = [row('a'), row('b')]
    await write(paths, rows)
    // A stamp of long ago is certain.
    const old = new Date(Date.now() - 60_000)
    utimesSync(paths.output, old, old)
    const again = await writeDataSet(paths.output, rows, paths)
    const { ino } = statSync(paths.output)
    const compared = vi.spyOn(Buffer.prototype, 'equals')
    onTestFinished(() => compared.mockRestore())
    const { lost } = await writeDataSet(paths.output, rows, paths, { last: again.written })
    expect(compared).not.toHaveBeenCalled()
    expect([lost, statSync(paths.output).ino]).toEqual([0, ino])
    const fewer = await writeDataSet(paths.output, rows.slice(1), paths, { last: again.written })
    expect(fewer.lost).toBe(1)
    expect(jsonLines(paths.output)).toEqual([row('b')])
  })

  it('is left alone, and not mistaken for another, where the file system keeps coarse times', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    onTestFinished(() => {
      vi.useRealTimers()
    })
    const paths = newPaths()
    const rows = [row('a'), row('b')]
    await write(paths, rows)
    const second = 1_800_000_000
    const keepTime = (): void => utimesSync(paths.output, second, second)
    keepTime()
    vi.setSystemTime((second + 1) * 1000)
    const { ino } = statSync(paths.output)
    const first = await writeDataSet(paths.output, rows, paths)
    const again = await writeDataSet(paths.output, rows, paths, { last: first.written })
    expect(statSync(paths.output).ino).toBe(ino)
    writeFileSync(paths.output, readFileSync(paths.output, 'utf8').replace('"a"', '"x"'))
    keepTime()
    vi.setSystemTime((second + 60) * 1000)
    await writeDataSet(paths.output, rows, paths, { last: again.written })
    expect(jsonLines(paths.output)).toEqual(rows)
  })

  it('is written over what another program wrote since', async () => {
    const paths = newPaths()
    const rows = [row('a'), row('b')]
    const { written } = await writeDataSet(paths.output, rows, paths)
    writeFileSync(paths.output, '{}\n{}\n{}\n')
    expect((await writeDataSet(paths.output, rows, paths, { last: written })).lost).toBe(1)
    expect(jsonLines(paths.output)).toEqual(rows)
    rmSync(paths.output)
    expect((await writeDataSet(paths.output, rows, paths, { last: written })).lost).toBe(0)
    expect(jsonLines(paths.output)).toEqual(rows)
  })

  it('tells how many rows fewer it has than the file it replaces', async () => {
    const paths = newPaths()
    expect(await write(paths, [row('a'), row('b'), row('c')])).toBe(0)
    expect(await write(paths, [row('a')])).toBe(2)
    expect(await write(paths, [row('a')])).toBe(0)
    expect(await write(paths, [row('x'), row('y')])).toBe(0)
  })

  it('is written to a FIFO and to a device, which stay what they are', async () => {
    const paths = newPaths()
    const fifo = path.join(paths.base, 'fifo')
    execFileSync('mkfifo', [fifo])
    const read = readFile(fifo, 'utf8')
    await write(paths, [row('a'), row('b')], fifo)
    expect((await read).split('\n')).toHaveLength(3)
    expect(statSync(fifo).isFIFO()).toBe(true)
    const link = path.join(paths.base, 'null.jsonl')
    symlinkSync('/dev/null', link)
    await write(paths, [row('a')], link)
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
    await expect(write(paths, [row('a')], '/dev/full')).rejects.toMatchObject({
      failure: { code: 'disk-full' },
    })
  })

  it('a reader of a FIFO that has read enough is no failure', async () => {
    const paths = newPaths()
    const fifo = path.join(paths.base, 'fifo')
    execFileSync('mkfifo', [fifo])
    const rows = Array.from({ length: 20_000 }, () => row('a'))
    const head = promisify(execFile)('head', ['-c', '10', fifo])
    expect(await write(paths, rows, fifo)).toBe(0)
    expect((await head).stdout).toHaveLength(10)
  })

  it('is never written over a file that the curation reads, whatever its name', async () => {
    const paths = newPaths('link.jsonl')
    mkdirSync(paths.folder)
    for (const file of [paths.prompts, paths.file, paths.candidates]) writeFileSync(file, 'mine')
    const before = readFileSync(paths.candidates, 'utf8')
    const refused = async (file: string): Promise<void> => {
      await expect(write(paths, [row('a')], file)).rejects.toMatchObject({
        failure: {
          code: 'bad-input',
          where: paths.file,
          message: expect.stringContaining('would overwrite') as string,
        },
      })
    }
    for (const file of [
      paths.prompts,
      paths.file,
      paths.candidates,
      path.join(paths.annotations, 'ann.jsonl'),
    ])
      await refused(file)
    for (const file of [paths.prompts, paths.candidates]) {
      symlinkSync(file, paths.output)
      await refused(paths.output)
      rmSync(paths.output)
    }
    linkSync(paths.prompts, paths.output)
    await refused(paths.output)
    symlinkSync(paths.folder, path.join(paths.base, 'elsewhere'))
    await refused(path.join(paths.base, 'elsewhere/candidates.jsonl'))
    expect([paths.prompts, paths.file].map((file) => readFileSync(file, 'utf8'))).toEqual([
      'mine',
      'mine',
    ])
    expect(readFileSync(paths.candidates, 'utf8')).toBe(before)
  })

  it('makes its folder, and names the file it could not write', async () => {
    const paths = newPaths('out/d.jsonl')
    await write(paths, [row('a')])
    expect(jsonLines(paths.output)).toHaveLength(1)
    const blocked = { ...paths, output: path.join(paths.output, 'x.jsonl') }
    await expect(write(blocked, [row('a')])).rejects.toMatchObject({
      failure: { where: blocked.output },
    })
  })
})
