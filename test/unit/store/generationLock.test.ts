// The lock on generation: one at a time, taken over from the dead at once, never from the living.
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { lockGeneration } from '../../../src/store/generationLock'
import { childProgram, startChild } from './support/children'
import { SLOW } from './support/slow'
import { temporaryFolder } from './support/temporaryFolder'

const lockHolder = childProgram('lockHolder')
const lock = (folder: string): Promise<() => Promise<void>> => lockGeneration(folder, () => undefined)

describe('lockGeneration', () => {
  it('is held by one, named when busy, free again when given back, and leaves nothing', async () => {
    const folder = path.join(temporaryFolder(), 'helpful.aepo')
    const release = await lock(folder)
    await expect(lock(folder)).rejects.toMatchObject({ failure: { code: 'busy', where: folder, remedy: expect.any(String) as string } })
    await release()
    await (await lock(folder))()
    expect(readdirSync(folder)).toEqual(['.gitignore'])
  })

  it('does not take the lock of a living process, and takes that of a killed one at once', async () => {
    const folder = temporaryFolder()
    const holder = startChild(lockHolder, { folder })
    expect((await holder.lines.next()).value).toBe('locked')
    await expect(lock(folder)).rejects.toMatchObject({ failure: { code: 'busy' } })
    holder.process.kill('SIGKILL')
    await holder.ended
    expect(existsSync(path.join(folder, '.generation.lock'))).toBe(true)
    const release = await lock(folder)
    await expect(lock(folder)).rejects.toMatchObject({ failure: { code: 'busy' } })
    await release()
  }, SLOW)

  it('lets exactly one of many take over', async () => {
    const folder = temporaryFolder()
    const holder = startChild(lockHolder, { folder })
    await holder.lines.next()
    holder.process.kill('SIGKILL')
    await holder.ended
    const takers = Array.from({ length: 4 }, () => startChild(lockHolder, { folder }))
    const ends = takers.map(async (taker) => ((await taker.lines.next()).value === 'locked' ? 'locked' : (await taker.ended).errors))
    const results = await Promise.all(ends)
    for (const taker of takers) taker.process.kill('SIGKILL')
    await Promise.all(takers.map(({ ended }) => ended))
    expect(results.filter((result) => result === 'locked')).toHaveLength(1)
    expect(results.filter((result) => result !== 'locked').every((errors) => errors.includes('Another process generates'))).toBe(true)
  }, SLOW)
})
