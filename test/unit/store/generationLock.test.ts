// The lock on generation: one at a time, taken over from the dead at once, never from the living.
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { lockGeneration } from '../../../src/store/generationLock'
import { childProgram, startChild } from './support/children'
import { SLOW } from './support/slow'
import { temporaryFolder } from '../../support/temporaryFolder'

const lockHolder = childProgram('lockHolder')

describe('lockGeneration', () => {
  it('is held by one, named when busy, free again when given back, and leaves nothing', async () => {
    const folder = path.join(temporaryFolder(), 'helpful.aepo')
    const { release } = await lockGeneration(folder)
    await expect(lockGeneration(folder)).rejects.toMatchObject({
      failure: { code: 'busy', where: folder, remedy: expect.any(String) as string },
    })
    await release()
    await (await lockGeneration(folder)).release()
    expect(readdirSync(folder)).toEqual(['.gitignore'])
  })

  it('removes what a killed process was writing long ago, and nothing else', async () => {
    const folder = temporaryFolder()
    const id = '0b5c2a52-6b0e-4a8e-9d0f-3f1c2b7d9e11'
    const abandoned = `.candidates.index.${id}.tmp`
    const others = ['a.tmp', `.embeddings.index.jsonl.${id}.tmp`, 'candidates.index']
    for (const name of [abandoned, ...others]) writeFileSync(path.join(folder, name), '')
    for (const name of [abandoned, 'a.tmp', 'candidates.index'])
      utimesSync(path.join(folder, name), new Date(0), new Date(0))
    await (await lockGeneration(folder)).release()
    expect(readdirSync(folder).toSorted()).toEqual(others.toSorted())
  })

  it(
    'does not take the lock of a living process, and takes that of a killed one at once',
    async () => {
      const folder = temporaryFolder()
      const holder = startChild(lockHolder, { folder })
      expect((await holder.lines.next()).value).toBe('locked')
      await expect(lockGeneration(folder)).rejects.toMatchObject({ failure: { code: 'busy' } })
      holder.process.kill('SIGKILL')
      await holder.ended
      expect(existsSync(path.join(folder, '.generation.lock'))).toBe(true)
      const { release } = await lockGeneration(folder)
      await expect(lockGeneration(folder)).rejects.toMatchObject({ failure: { code: 'busy' } })
      await release()
    },
    SLOW,
  )

  it('says when it is lost, and is given back all the same', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const folder = temporaryFolder()
    const { lost, release } = await lockGeneration(folder)
    const aborted = once(lost, 'abort')
    rmSync(path.join(folder, '.generation.lock'), { recursive: true })
    vi.advanceTimersToNextTimer()
    await aborted
    expect(lost.reason).toMatchObject({
      failure: {
        code: 'busy',
        where: folder,
        message: expect.stringContaining('was lost') as string,
      },
    })
    await release()
    expect(readdirSync(folder)).toEqual([])
  })

  it('leaves alone what another process holds now', async () => {
    const folder = temporaryFolder()
    const { release } = await lockGeneration(folder)
    const owner = path.join(folder, '.generation.json')
    // as it is after the lock went stale and was taken
    writeFileSync(owner, '{"pid":1,"host":"elsewhere"}\n')
    await release()
    expect(existsSync(path.join(folder, '.generation.lock'))).toBe(true)
    expect(readFileSync(owner, 'utf8')).toContain('elsewhere')
  })

  it(
    'lets exactly one of many take over',
    async () => {
      const folder = temporaryFolder()
      const holder = startChild(lockHolder, { folder })
      await holder.lines.next()
      holder.process.kill('SIGKILL')
      await holder.ended
      const takers = Array.from({ length: 4 }, () => startChild(lockHolder, { folder }))
      const ends = takers.map(async (taker) =>
        (await taker.lines.next()).value === 'locked' ? 'locked' : (await taker.ended).errors,
      )
      const results = await Promise.all(ends)
      for (const taker of takers) taker.process.kill('SIGKILL')
      await Promise.all(takers.map(({ ended }) => ended))
      expect(results.filter((result) => result === 'locked')).toHaveLength(1)
      expect(
        results
          .filter((result) => result !== 'locked')
          .every((errors) => errors.includes('Another process generates')),
      ).toBe(true)
    },
    SLOW,
  )
})
