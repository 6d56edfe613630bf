// Replacing a file: whole or not at all, nothing left beside it, links and permissions kept.
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { replaceFile } from '../../../src/store/atomicFile'
import { temporaryFolder } from '../../support/temporaryFolder'

describe('replaceFile', () => {
  it('makes and replaces', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'a.jsonl')
    await replaceFile(file, ['one\n'])
    await replaceFile(file, ['two\n', 'three\n', '', 'grüße\n'.repeat(300_000)])
    expect(readFileSync(file, 'utf8')).toBe(`two\nthree\n${'grüße\n'.repeat(300_000)}`)
    await replaceFile(file, [])
    expect(readFileSync(file, 'utf8')).toBe('')
    expect(readdirSync(folder)).toEqual(['a.jsonl'])
  })

  it('flushes the new content before it takes the name', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'a.jsonl')
    await replaceFile(file, ['old'])
    const handle = await open(folder)
    const flushes = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'sync')
    onTestFinished(() => flushes.mockRestore())
    await handle.close()
    const contents: string[][] = []
    flushes.mockImplementation(() => {
      contents.push(
        readdirSync(folder).map((name) => readFileSync(path.join(folder, name), 'utf8')),
      )
      return Promise.resolve()
    })
    await replaceFile(file, ['new'])
    // the file, then the folder
    expect(contents.map((each) => each.toSorted())).toEqual([['new', 'old'], ['new']])
  })

  it.each(['EINVAL', 'ENOTSUP'])(
    'is content with a file system that answers %s to the flushing of a folder',
    async (code) => {
      const folder = temporaryFolder()
      const file = path.join(folder, 'a.jsonl')
      const handle = await open(folder)
      const flushes = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'sync')
      onTestFinished(() => flushes.mockRestore())
      await handle.close()
      flushes
        .mockResolvedValueOnce()
        .mockRejectedValueOnce(Object.assign(new Error(code), { code }))
      await replaceFile(file, ['new'])
      expect(readFileSync(file, 'utf8')).toBe('new')
      flushes
        .mockResolvedValueOnce()
        .mockRejectedValueOnce(Object.assign(new Error('EIO'), { code: 'EIO' }))
      await expect(replaceFile(file, ['newer'])).rejects.toThrow('EIO')
    },
  )

  it('leaves the old content and nothing else when the content fails on its way', async () => {
    const folder = temporaryFolder()
    const file = path.join(folder, 'a.jsonl')
    await replaceFile(file, ['old'])
    function* failing(): Generator<string> {
      yield 'x'.repeat(3_000_000)
      throw new Error('no more')
    }
    await expect(replaceFile(file, failing())).rejects.toThrow('no more')
    expect(readFileSync(file, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['a.jsonl'])
  })

  it('follows a link and keeps permissions', async () => {
    const folder = temporaryFolder()
    const [target, link] = [path.join(folder, 'target'), path.join(folder, 'link')]
    writeFileSync(target, 'old')
    chmodSync(target, 0o640)
    symlinkSync(target, link)
    await replaceFile(link, ['new'])
    expect(lstatSync(link).isSymbolicLink()).toBe(true)
    expect(readFileSync(target, 'utf8')).toBe('new')
    expect(statSync(target).mode & 0o777).toBe(0o640)
  })

  it('keeps permissions that the umask would take', async () => {
    const file = path.join(temporaryFolder(), 'a')
    writeFileSync(file, 'old')
    chmodSync(file, 0o666)
    await replaceFile(file, ['new'])
    expect(statSync(file).mode & 0o777).toBe(0o666)
  })

  it('names the file whose folder is missing, or that is a folder', async () => {
    const folder = temporaryFolder()
    const missing = path.join(folder, 'none/a.jsonl')
    await expect(replaceFile(missing, ['x'])).rejects.toMatchObject({
      failure: { code: 'not-found', where: missing },
    })
    mkdirSync(path.join(folder, 'sub'))
    await expect(replaceFile(path.join(folder, 'sub'), ['x'])).rejects.toMatchObject({
      failure: { where: path.join(folder, 'sub') },
    })
    expect(readdirSync(folder)).toEqual(['sub'])
  })
})
