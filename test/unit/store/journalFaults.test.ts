// Journals under faults that are caused for real: killed writers, two writers, a full disk, a
// read-only one.
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { Failure } from '../../../src/shared/errors'
import { Journal } from '../../../src/store/journal'
import { READ_ONLY, hasNamespaces, inNamespace, smallDisk } from '../../support/namespaces'
import { childProgram, resultOf, startChild } from './support/children'
import { newRecords } from './support/records'
import { SLOW } from './support/slow'
import { temporaryFolder } from '../../support/temporaryFolder'

const schema = z.strictObject({ id: z.string(), text: z.string() })
const appender = childProgram('appender')
const fullDisk = childProgram('fullDisk')
const readOnly = childProgram('readOnly')

describe('a writer killed at any moment', () => {
  it.each([0, 1, 5, 20])(
    'has lost nothing it accepted, after %i accepted records',
    async (accepted) => {
      const file = path.join(temporaryFolder(), 'j.jsonl')
      const child = startChild(appender, {
        file,
        name: 'w',
        count: null,
        flush: true,
        textLength: 50_000,
      })
      const seen: string[] = []
      for await (const line of child.lines)
        if (seen.push(line) > accepted) child.process.kill('SIGKILL')
      expect((await child.ended).signal).toBe('SIGKILL')

      const ids = (await newRecords(await Journal.open(file, schema))).map(({ id }) => id)
      expect(ids.slice(0, seen.length)).toEqual(seen.map((number) => `w-${number}`))
      const next = await Journal.open(file, schema)
      await next.append([{ id: 'next', text: '' }], { flush: true })
      expect((await newRecords(next)).map(({ id }) => id)).toEqual([...ids, 'next'])
    },
    SLOW,
  )
})

describe('two processes that append to one file', () => {
  it(
    'keep every line whole and each its order',
    async () => {
      const file = path.join(temporaryFolder(), 'j.jsonl')
      const names = ['a', 'b']
      await Promise.all(
        names.map((name) =>
          resultOf(
            startChild(appender, { file, name, count: 150, flush: false, textLength: 20_000 }),
          ),
        ),
      )
      const messages: string[] = []
      const records = await newRecords(
        await Journal.open(file, schema, { onMessage: (message) => messages.push(message) }),
      )
      expect(messages).toEqual([])
      for (const name of names) {
        const own = records.filter(({ id }) => id.startsWith(name))
        expect(own.map(({ id }) => id)).toEqual(
          Array.from({ length: 150 }, (_, i) => `${name}-${i}`),
        )
        expect(own.every(({ text }) => text === name.repeat(20_000))).toBe(true)
      }
      expect(records).toHaveLength(300)
    },
    SLOW,
  )
})

describe.runIf(process.platform === 'linux')('a device without room', () => {
  it('is told as a full disk', async () => {
    const file = path.join(temporaryFolder(), 'j.jsonl')
    symlinkSync('/dev/full', file)
    const journal = await Journal.open(file, schema)
    await expect(journal.append([{ id: '1', text: '' }], { flush: false })).rejects.toMatchObject({
      failure: { code: 'disk-full', where: file },
    })
  })
})

describe.runIf(hasNamespaces)('a full disk', () => {
  it(
    'refuses what does not fit, keeps what was accepted, and takes more once there is room',
    async () => {
      interface Result {
        accepted: number[]
        failure: Failure
        replaced: Failure
        names: string[]
        outputSize: number
        read: number[]
        messages: string[]
      }
      const folder = temporaryFolder()
      const result = await resultOf<Result>(
        startChild(fullDisk, { folder }, inNamespace(smallDisk('80k'), folder)),
      )
      expect(result.accepted.length).toBeGreaterThan(5)
      expect(result.failure).toMatchObject({
        code: 'disk-full',
        where: path.join(folder, 'j.jsonl'),
      })
      expect(result.failure.remedy).toContain('what was written is kept')
      expect(result.read).toEqual([...result.accepted, 9999])
      expect(result.messages.some((message) => message.includes('set aside in j.jsonl.torn'))).toBe(
        true,
      )
      expect(result.replaced).toMatchObject({
        code: 'disk-full',
        where: path.join(folder, 'output.jsonl'),
      })
      expect(result.outputSize).toBe('old\n'.length)
      expect(result.names).toEqual(['j.jsonl', 'output.jsonl', 'spare'])
    },
    SLOW,
  )
})

describe.runIf(hasNamespaces)('a read-only folder', () => {
  it(
    'can be read, and refuses writing with its name',
    async () => {
      const folder = temporaryFolder()
      writeFileSync(path.join(folder, 'j.jsonl'), '{"id":1}\n{"id":')
      const result = await resultOf<{
        read: number[]
        append: Failure
        replace: Failure
        lock: Failure
      }>(startChild(readOnly, { folder }, inNamespace(READ_ONLY, folder)))
      expect(result.read).toEqual([1])
      expect(result.append).toMatchObject({
        code: 'no-permission',
        where: path.join(folder, 'j.jsonl'),
      })
      expect(result.replace).toMatchObject({
        code: 'no-permission',
        where: path.join(folder, 'output.jsonl'),
      })
      expect(result.lock).toMatchObject({ code: 'no-permission', where: folder })
      expect(readFileSync(path.join(folder, 'j.jsonl'), 'utf8')).toBe('{"id":1}\n{"id":')
    },
    SLOW,
  )
})
