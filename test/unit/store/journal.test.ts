// Journals: what is appended comes back; what is torn or broken is reported, set aside, and stops
// nothing.
import {
  appendFileSync,
  existsSync,
  readFileSync,
  renameSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { open as openFile } from 'node:fs/promises'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { z } from 'zod'
import { FailureError } from '../../../src/shared/errors'
import { Journal } from '../../../src/store/journal'
import { newRecords } from './support/records'
import { SLOW } from './support/slow'
import { temporaryFolder } from '../../support/temporaryFolder'

const schema = z.strictObject({ id: z.string(), text: z.string() })
type Entry = z.infer<typeof schema>
const entry = (id: string, text = ''): Entry => ({ id, text })
const line = (id: string, text = ''): string => `${JSON.stringify(entry(id, text))}\n`

const messages: string[] = []
async function open(file: string, onRewritten?: () => void): Promise<Journal<Entry>> {
  messages.length = 0
  return Journal.open(file, schema, {
    onMessage: (message) => messages.push(message),
    ...(onRewritten ? { onRewritten } : {}),
  })
}
const idsOf = async (journal: Journal<Entry>): Promise<string[]> =>
  (await newRecords(journal)).map(({ id }) => id)

describe('Journal', () => {
  it(
    'gives back what was appended, whatever the texts, over chunks of reading',
    async () => {
      const text = fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('\n', '\r\n', '\u2028', 'x'.repeat(400_000), '\u{1f642}'.repeat(1000)),
      )
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.array(text, { maxLength: 4 }), { maxLength: 3 }),
          async (batches) => {
            const file = path.join(temporaryFolder(), 'j.jsonl')
            const journal = await open(file)
            for (const batch of batches)
              await journal.append(
                batch.map((value) => entry('a', value)),
                { flush: false },
              )
            const read = await newRecords(await open(file))
            expect(read.map((record) => record.text)).toEqual(batches.flat())
            expect(messages).toEqual([])
          },
        ),
        { numRuns: 6 },
      )
    },
    SLOW,
  )

  it('makes folder and file with the first append, not before', async () => {
    const file = path.join(temporaryFolder(), 'a/b/j.jsonl')
    const journal = await open(file)
    expect(await idsOf(journal)).toEqual([])
    await journal.append([], { flush: true })
    expect(existsSync(path.dirname(file))).toBe(false)
    await journal.append([entry('1')], { flush: true })
    expect(readFileSync(file, 'utf8')).toBe(line('1'))
  })

  it('reads on from where it stopped, own lines and those of others', async () => {
    const file = path.join(temporaryFolder(), 'j.jsonl')
    const [mine, other] = [await open(file), await open(file)]
    await mine.append([entry('1')], { flush: false })
    await other.append([entry('2')], { flush: false })
    expect(await idsOf(mine)).toEqual(['1', '2'])
    await other.append([entry('3')], { flush: true })
    await mine.append([entry('4')], { flush: false })
    expect(await idsOf(mine)).toEqual(['3', '4'])
    expect(await idsOf(mine)).toEqual([])
    expect(await idsOf(other)).toEqual(['1', '2', '3', '4'])
  })

  it('goes on after a reader failed, and lets readers wait for each other', async () => {
    const file = path.join(temporaryFolder(), 'j.jsonl')
    const journal = await open(file)
    await journal.append(
      ['1', '2', '3'].map((id) => entry(id)),
      { flush: false },
    )
    const failing = journal.visit(({ id }) => {
      throw new Error(`The visitor fails at ${id}.`)
    })
    await expect(failing).rejects.toThrow('The visitor fails at 1.')
    expect((await Promise.all([idsOf(journal), idsOf(journal)])).flat()).toEqual(['2', '3'])
  })

  it('refuses a record that could not be read back', async () => {
    const file = path.join(temporaryFolder(), 'j.jsonl')
    const journal = await Journal.open(file, z.object({ score: z.number() }))
    await expect(
      journal.append([{ score: 1 }, { score: Infinity }], { flush: false }),
    ).rejects.toThrow(FailureError)
    expect(existsSync(file)).toBe(false)
  })

  it('takes a whole last line without a line feed, as some editors leave it', async () => {
    const file = path.join(temporaryFolder(), 'j.jsonl')
    writeFileSync(file, `\uFEFF${line('1').replace('\n', '\r\n')}\r\n${line('2').trimEnd()}`)
    const journal = await open(file)
    expect(await idsOf(journal)).toEqual(['1', '2'])
    await journal.append([entry('3')], { flush: false })
    expect(await idsOf(journal)).toEqual(['3'])
    expect(await idsOf(await open(file))).toEqual(['1', '2', '3'])
    expect(messages).toEqual([])
  })

  it(
    'loses nothing to a torn last line, wherever it tore',
    async () => {
      const folder = temporaryFolder()
      const whole = line('1') + line('2', 'ü🙂') + line('3')
      for (let size = 0; size <= Buffer.byteLength(whole); size++) {
        const file = path.join(folder, `${size}.jsonl`)
        writeFileSync(file, whole)
        truncateSync(file, size)
        const left = readFileSync(file)
        const complete = [line('1'), line('1') + line('2', 'ü🙂'), whole].filter(
          (text) => size >= Buffer.byteLength(text) - 1,
        ).length
        const expected = ['1', '2', '3'].slice(0, complete)

        const journal = await open(file)
        expect(await idsOf(journal)).toEqual(expected)
        expect(readFileSync(file)).toEqual(left) // reading changes nothing
        await journal.append([entry('4')], { flush: false })
        expect(await idsOf(journal)).toEqual(['4'])

        const isTorn = ![
          0,
          ...[line('1'), line('1') + line('2', 'ü🙂'), whole].flatMap((text) => [
            Buffer.byteLength(text) - 1,
            Buffer.byteLength(text),
          ]),
        ].includes(size)
        expect(messages).toHaveLength(isTorn ? 2 : 0)
        if (isTorn) {
          expect(messages[0]).toContain(
            `${size}.jsonl:${complete + 1}: the last line is incomplete`,
          )
          expect(messages[1]).toContain(`set aside in ${size}.jsonl.torn`)
          const torn = left.subarray(left.lastIndexOf('\n') + 1)
          expect(readFileSync(`${file}.torn`)).toEqual(Buffer.concat([torn, Buffer.from('\n')]))
        }
        expect(await idsOf(await open(file))).toEqual([...expected, '4'])
        expect(messages).toEqual([]) // once set aside, nobody is told again
      }
    },
    SLOW,
  )

  it('passes over broken lines in the middle, tells file and line, and sets them aside with the next append', async () => {
    const file = path.join(temporaryFolder(), 'j.jsonl')
    const broken = [
      Buffer.from('<<<<<<< HEAD\n'),
      Buffer.from([0xff, 0xfe, 0x0a]),
      Buffer.from('{"id":"x"}\n'),
      Buffer.alloc(5000),
    ]
    writeFileSync(
      file,
      Buffer.concat([
        Buffer.from(line('1')),
        ...broken.slice(0, 3),
        Buffer.from(line('2')),
        broken[3] ?? Buffer.alloc(0),
        Buffer.from('\n'),
      ]),
    )
    const journal = await open(file)
    expect(await idsOf(journal)).toEqual(['1', '2'])
    expect(messages.map((message) => /j\.jsonl:(\d+):/.exec(message)?.[1])).toEqual([
      '2',
      '3',
      '4',
      '6',
    ])
    expect(existsSync(`${file}.torn`)).toBe(false)
    await journal.append([entry('3')], { flush: false })
    expect(messages.at(-1)).toContain(
      '4 lines that are not valid records were set aside in j.jsonl.torn',
    )
    expect(readFileSync(`${file}.torn`)).toEqual(
      Buffer.concat([...broken.slice(0, 3), broken[3] ?? Buffer.alloc(0), Buffer.from('\n')]),
    )
    expect(await idsOf(await open(file))).toEqual(['1', '2', '3'])
    expect(messages).toEqual([])
  })

  it('leaves a line alone that another process is still writing', async () => {
    const file = path.join(temporaryFolder(), 'j.jsonl')
    const whole = line('2', 'long')
    writeFileSync(file, line('1') + whole.slice(0, 10))
    const journal = await open(file)
    expect(await idsOf(journal)).toEqual(['1'])
    appendFileSync(file, whole.slice(10))
    expect(await idsOf(journal)).toEqual(['2'])
  })

  it.each<[how: string, change: (file: string) => void, ids: string[]]>([
    [
      'replaced by another',
      (file) => {
        writeFileSync(`${file}.new`, line('8') + line('9'))
        renameSync(`${file}.new`, file)
      },
      ['8', '9'],
    ],
    [
      'replaced by another that ends alike',
      (file) => {
        writeFileSync(`${file}.new`, line('8') + line('2'))
        renameSync(`${file}.new`, file)
      },
      ['8', '2'],
    ],
    [
      'merged with lines in between',
      (file) => writeFileSync(file, line('1') + line('5') + line('2')),
      ['1', '5', '2'],
    ],
    ['cut', (file) => truncateSync(file, line('1').length), ['1']],
    ['deleted', (file) => renameSync(file, `${file}.gone`), []],
  ])('begins anew when the file was %s', async (_, change, ids) => {
    const file = path.join(temporaryFolder(), 'j.jsonl')
    let rewritten = 0
    const journal = await open(file, () => rewritten++)
    await journal.append([entry('1'), entry('2')], { flush: false })
    expect(await idsOf(journal)).toEqual(['1', '2'])
    change(file)
    expect(await idsOf(journal)).toEqual(ids)
    expect(rewritten).toBe(1)
    await journal.append([entry('7')], { flush: false })
    expect(await idsOf(journal)).toEqual(['7'])
    expect(rewritten).toBe(1)
  })

  it('reports many broken lines, as of a journal in another format, in one message', async () => {
    const file = path.join(temporaryFolder(), 'j.jsonl')
    const foreign = Array.from({ length: 128 }, (_, i) => `{"other":${i}}\n`)
    writeFileSync(file, [line('1'), ...foreign, line('2')].join(''))
    const journal = await open(file)
    expect(await idsOf(journal)).toEqual(['1', '2'])
    expect(messages).toEqual([
      `${file}: 128 lines, from line 2 on, are not valid records and were ignored.`,
    ])
  })

  it('flushes what is to be flushed before it resolves, and only that', async () => {
    const folder = temporaryFolder()
    const handle = await openFile(folder)
    const flushes = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'datasync')
    onTestFinished(() => flushes.mockRestore())
    await handle.close()
    const sizes: number[] = []
    const file = path.join(folder, 'j.jsonl')
    flushes.mockImplementation(() => {
      sizes.push(readFileSync(file).length)
      return Promise.resolve()
    })
    const journal = await open(file)
    await journal.append([entry('1')], { flush: false })
    expect(sizes).toEqual([])
    await journal.append([entry('2')], { flush: true })
    expect(sizes).toEqual([2 * line('1').length])
  })

  it('names the file when it is a folder', async () => {
    const folder = temporaryFolder()
    const journal = await open(folder)
    await expect(idsOf(journal)).rejects.toThrow(folder)
    await expect(journal.append([entry('1')], { flush: false })).rejects.toThrow(FailureError)
  })
})
