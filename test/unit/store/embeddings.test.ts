// Vectors on disk: what was appended comes back to the right candidate, whatever became of the
// files.
import {
  appendFileSync,
  existsSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { textHash } from '../../../src/core/formats/ids'
import { FailureError } from '../../../src/shared/errors'
import { EmbeddingStore } from '../../../src/store/embeddings'
import { SLOW } from './support/slow'
import { temporaryFolder } from '../../support/temporaryFolder'

const MODEL = 'builtin:all-MiniLM-L6-v2'
const DIM = 3
const pathsIn = (folder: string): { embeddings: string; embeddingsIndex: string } => ({
  embeddings: path.join(folder, 'data/embeddings.f32'),
  embeddingsIndex: path.join(folder, 'data/embeddings.index.jsonl'),
})
/** A vector that only this candidate has. */
const vectorOf = (id: string): number[] =>
  [Number(id.slice(1)), 0.5, -Number(id.slice(1)) / 7].map(Math.fround)
/** The candidates with these ids, each with a text of its own. */
const of = (ids: string[]): { id: string; text: string }[] =>
  ids.map((id) => ({ id, text: `The text of ${id}.` }))
const vectorsOf = (ids: string[]): Float32Array => Float32Array.from(ids.flatMap(vectorOf))
const ids = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, i) => `c${from + i}`)

describe('EmbeddingStore', () => {
  it('gives back what was appended, in the order asked, also after opening anew', async () => {
    const paths = pathsIn(temporaryFolder())
    const store = await EmbeddingStore.open(paths, MODEL)
    expect(store.dim).toBe(0)
    expect(store.has({ id: 'c1', text: 'The text of c1.' })).toBe(false)
    expect(existsSync(path.dirname(paths.embeddings))).toBe(false)
    await Promise.all([
      store.append(of(ids(1, 4)), vectorsOf(ids(1, 4)), DIM),
      store.append(of(ids(4, 9)), vectorsOf(ids(4, 9)), DIM),
      store.append([], new Float32Array(), DIM),
    ])
    for (const each of [store, await EmbeddingStore.open(paths, MODEL)]) {
      expect(each.dim).toBe(DIM)
      expect(each.vectors(of(['c8', 'c1', 'c1']))).toEqual(vectorsOf(['c8', 'c1', 'c1']))
    }
    expect(readFileSync(paths.embeddingsIndex, 'utf8').split('\n').slice(0, 2)).toEqual([
      `{"model":"${MODEL}","dim":3}`,
      `{"candidateId":"c1","textHash":"${textHash('The text of c1.')}"}`,
    ])
    expect(readFileSync(paths.embeddings).readFloatLE(3 * DIM * 4)).toBe(4)
    expect(existsSync(`${paths.embeddingsIndex}.lock`)).toBe(false)
  })

  it('keeps the vector a candidate has, and the last of those given at once', async () => {
    const store = await EmbeddingStore.open(pathsIn(temporaryFolder()), MODEL)
    await store.append(
      of(['c1', 'c2', 'c2']),
      Float32Array.from([...vectorOf('c1'), ...vectorOf('c9'), ...vectorOf('c2')]),
      DIM,
    )
    await store.append(of(['c1', 'c3']), vectorsOf(['c8', 'c3']), DIM)
    expect(store.vectors(of(['c1', 'c2', 'c3']))).toEqual(vectorsOf(['c1', 'c2', 'c3']))
  })

  it(
    'never gives a candidate the vector of another, wherever the files were cut, and takes more',
    async () => {
      const folder = temporaryFolder()
      const paths = pathsIn(folder)
      const written = await EmbeddingStore.open(paths, MODEL)
      await written.append(of(ids(1, 6)), vectorsOf(ids(1, 6)), DIM)
      const [vectors, index] = [readFileSync(paths.embeddings), readFileSync(paths.embeddingsIndex)]
      await fc.assert(
        fc.asyncProperty(
          fc.nat(vectors.length),
          fc.nat(index.length),
          async (vectorBytes, indexBytes) => {
            writeFileSync(paths.embeddings, vectors.subarray(0, vectorBytes))
            writeFileSync(paths.embeddingsIndex, index.subarray(0, indexBytes))
            const store = await EmbeddingStore.open(paths, MODEL)
            const lines = index.subarray(0, indexBytes).toString().split('\n').length - 1
            const left = ids(1, 6).slice(
              0,
              Math.max(0, Math.min(Math.floor(vectorBytes / (DIM * 4)), lines - 1)),
            )
            expect(of(ids(1, 6)).filter((each) => store.has(each))).toEqual(of(left))
            expect(store.vectors(of(left))).toEqual(
              left.length > 0 ? vectorsOf(left) : new Float32Array(),
            )
            expect([statSync(paths.embeddings).size, statSync(paths.embeddingsIndex).size]).toEqual(
              [vectorBytes, indexBytes],
            ) // opening changes nothing

            await store.append(of(ids(3, 8)), vectorsOf(ids(3, 8)), DIM)
            const all = [...new Set([...left, ...ids(3, 8)])]
            for (const each of [store, await EmbeddingStore.open(paths, MODEL)])
              expect(each.vectors(of(all))).toEqual(vectorsOf(all))
            expect(statSync(paths.embeddings).size).toBe(all.length * DIM * 4)
          },
        ),
        { numRuns: 20 },
      )
    },
    SLOW,
  )

  it('stops at a broken line of the index', async () => {
    const paths = pathsIn(temporaryFolder())
    await (await EmbeddingStore.open(paths, MODEL)).append(of(ids(1, 4)), vectorsOf(ids(1, 4)), DIM)
    writeFileSync(
      paths.embeddingsIndex,
      readFileSync(paths.embeddingsIndex, 'utf8').replace('"c2"', '"c2'),
    )
    const store = await EmbeddingStore.open(paths, MODEL)
    expect(of(ids(1, 4)).map((each) => store.has(each))).toEqual([true, false, false])
  })

  it('does not give a text the vector of another that had its id, and keeps both', async () => {
    const paths = pathsIn(temporaryFolder())
    const store = await EmbeddingStore.open(paths, MODEL)
    const [before, after] = [
      { id: 'c1', text: 'before' },
      { id: 'c1', text: 'after' },
    ]
    await store.append([before], vectorsOf(['c1']), DIM)
    expect(store.has(after)).toBe(false)
    await store.append([after], vectorsOf(['c2']), DIM)
    for (const each of [store, await EmbeddingStore.open(paths, MODEL)])
      expect(each.vectors([before, after])).toEqual(vectorsOf(['c1', 'c2']))
  })

  it('makes vectors anew whose lines do not say of which text they are', async () => {
    const paths = pathsIn(temporaryFolder())
    await (await EmbeddingStore.open(paths, MODEL)).append(of(ids(1, 3)), vectorsOf(ids(1, 3)), DIM)
    writeFileSync(
      paths.embeddingsIndex,
      `{"model":"${MODEL}","dim":3}\n{"candidateId":"c1"}\n{"candidateId":"c2"}\n`,
    )
    const store = await EmbeddingStore.open(paths, MODEL)
    expect(of(ids(1, 3)).map((each) => store.has(each))).toEqual([false, false])
    await store.append(of(['c2']), vectorsOf(['c2']), DIM)
    expect((await EmbeddingStore.open(paths, MODEL)).vectors(of(['c2']))).toEqual(vectorsOf(['c2']))
    expect(statSync(paths.embeddings).size).toBe(DIM * 4)
  })

  it('does not mix models: another one starts anew', async () => {
    const paths = pathsIn(temporaryFolder())
    await (await EmbeddingStore.open(paths, 'old')).append(of(ids(1, 4)), vectorsOf(ids(1, 4)), DIM)
    const store = await EmbeddingStore.open(paths, MODEL)
    expect(store.has({ id: 'c1', text: 'The text of c1.' })).toBe(false)
    expect(store.dim).toBe(0)
    await store.append(of(['c5']), Float32Array.from([1, 2]), 2)
    const again = await EmbeddingStore.open(paths, MODEL)
    expect(again.vectors(of(['c5']))).toEqual(Float32Array.from([1, 2]))
    expect(statSync(paths.embeddings).size).toBe(8)
    expect(
      (await EmbeddingStore.open(paths, 'old')).has({ id: 'c1', text: 'The text of c1.' }),
    ).toBe(false)
  })

  it('sees what another process appended, cut, or replaced before it appends', async () => {
    const paths = pathsIn(temporaryFolder())
    const [mine, other] = [
      await EmbeddingStore.open(paths, MODEL),
      await EmbeddingStore.open(paths, MODEL),
    ]
    await mine.append(of(['c1']), vectorsOf(['c1']), DIM)
    await other.append(of(['c2']), vectorsOf(['c2']), DIM)
    await mine.append(of(['c2', 'c3']), vectorsOf(['c9', 'c3']), DIM)
    expect(mine.vectors(of(['c1', 'c2', 'c3']))).toEqual(vectorsOf(['c1', 'c2', 'c3']))
    appendFileSync(paths.embeddings, 'half a row')
    await mine.append(of(['c4']), vectorsOf(['c4']), DIM)
    expect((await EmbeddingStore.open(paths, MODEL)).vectors(of(['c4', 'c3']))).toEqual(
      vectorsOf(['c4', 'c3']),
    )
    truncateSync(paths.embeddings, DIM * 4)
    await mine.append(of(['c5']), vectorsOf(['c5']), DIM)
    expect(of(['c1', 'c2', 'c5']).map((each) => mine.has(each))).toEqual([true, false, true])
    rmSync(path.dirname(paths.embeddings), { recursive: true })
    await mine.append(of(['c6']), vectorsOf(['c6']), DIM)
    expect(of(['c1', 'c6']).map((each) => mine.has(each))).toEqual([false, true])
  })

  it.each<[how: string, model: string]>([
    ['by those of another model', 'other'],
    ['by the same in another order', MODEL],
  ])('gives no vector from a file that another process replaced %s', async (_, model) => {
    const paths = pathsIn(temporaryFolder())
    const mine = await EmbeddingStore.open(paths, MODEL)
    await mine.append(of(ids(1, 9)), vectorsOf(ids(1, 9)), DIM)
    if (model === MODEL) for (const file of [paths.embeddings, paths.embeddingsIndex]) rmSync(file)
    const other = await EmbeddingStore.open(paths, model)
    const reversed = [...ids(1, 8).reverse(), 'c8']
    await other.append(of(reversed), vectorsOf(reversed), DIM)
    expect(() => mine.vectors(of(['c1', 'c2']))).toThrow('Another process replaced the vectors.')
    expect(mine.has({ id: 'c1', text: 'The text of c1.' })).toBe(false)
    await mine.append(of(['c1', 'c9']), vectorsOf(['c1', 'c9']), DIM)
    expect(mine.vectors(of(['c9', 'c1']))).toEqual(vectorsOf(['c9', 'c1']))
  })

  it('refuses vectors that do not fit', async () => {
    const store = await EmbeddingStore.open(pathsIn(temporaryFolder()), MODEL)
    await expect(store.append(of(['c1']), new Float32Array(2), DIM)).rejects.toThrow(FailureError)
    await store.append(of(['c1']), vectorsOf(['c1']), DIM)
    await expect(store.append(of(['c2']), new Float32Array(2), 2)).rejects.toMatchObject({
      failure: { code: 'bad-input', remedy: expect.stringContaining('Delete') as string },
    })
    expect(() => store.vectors(of(['c7']))).toThrow(FailureError)
    await store.append(of(['c3']), vectorsOf(['c3']), DIM) // a refusal does not stop what follows
    expect(store.has({ id: 'c3', text: 'The text of c3.' })).toBe(true)
  })
})
