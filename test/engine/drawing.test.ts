// Drawing on several threads: the same tokens as on one thread, even if threads fail.
import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { TokenSampler } from '../../src/core/sampling/tokenSampler'
import type { Drawn, RowDraw } from '../../src/engine/drawing/rows'
import { DrawingThreads } from '../../src/engine/drawing/threads'

const VOCABULARY = 50_000
/** Enough rows for several threads. */
const ROWS = 16
const THREADS = 4
const SCRIPT = path.resolve(import.meta.dirname, '../../dist/drawing.js')

const plain = { temperature: 1, topP: 0.9, topK: 0, minP: 0, repetitionPenalty: 1 }
const rows: RowDraw[] = Array.from({ length: ROWS }, (_, row) => ({
  row,
  settings: plain,
  seed: 7 * row,
  position: row % 5,
  seen: new Set(),
}))
const penalised = rows.map((draw) => ({
  ...draw,
  settings: { ...plain, repetitionPenalty: 1.4 },
  seen: new Set([draw.row, 3 * draw.row + 1]),
}))

function fillRandomly(logits: Float32Array): Float32Array {
  let state = 1
  for (let i = 0; i < logits.length; i++)
    logits[i] = ((state = Math.imul(state, 1664525) + 1013904223) >>> 8) / 2 ** 21 - 4
  return logits
}

const logits = fillRandomly(new Float32Array(ROWS * VOCABULARY))

function byOneSampler(logits: Float32Array, draws: readonly RowDraw[]): Drawn[] {
  const sampler = new TokenSampler(VOCABULARY)
  return draws.map(({ row, settings, seed, position, seen }) =>
    sampler.draw(
      logits.slice(row * VOCABULARY, (row + 1) * VOCABULARY),
      settings,
      seed,
      position,
      seen,
    ),
  )
}

function script(content: string): string {
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'aepo-drawing-')), 'drawing.cjs')
  writeFileSync(file, content)
  return file
}

describe('DrawingThreads', () => {
  let drawing: DrawingThreads
  afterEach(() => drawing.dispose())

  it.each([
    ['their rows', rows],
    ['their rows, with a penalty', penalised],
    ['one row for all', penalised.map((draw) => ({ ...draw, row: 3 }))],
    [
      'a few rows in any order',
      [13, 2, 7, 4, 11, 1, 12, 0].flatMap((row) => rows.slice(row, row + 1)),
    ],
  ])(
    'draws the same tokens as one thread from %s, and leaves the logits unchanged',
    async (_, draws) => {
      drawing = new DrawingThreads(VOCABULARY, THREADS, SCRIPT)
      const before = logits.slice()
      const expected = byOneSampler(logits, draws)
      for (let time = 0; time < 2; time++)
        expect(await drawing.draw(logits, draws)).toEqual(expected)
      expect(logits).toEqual(before)
    },
  )

  it('draws no token for a row of NaN, and tokens for the others', async () => {
    drawing = new DrawingThreads(VOCABULARY, THREADS, SCRIPT)
    const broken = logits.slice()
    for (const row of [1, ROWS - 1]) broken.fill(NaN, row * VOCABULARY, (row + 1) * VOCABULARY)
    const drawn = await drawing.draw(broken, rows)
    expect(drawn.flatMap((draw, row) => (draw ? [] : [row]))).toEqual([1, ROWS - 1])
  })

  it.each([
    ['ends', "require('node:worker_threads').parentPort.once('message', () => process.exit(1))"],
    [
      'fails',
      "require('node:worker_threads').parentPort.once('message', () => { throw new Error('broken') })",
    ],
    ['cannot start', 'this is no script'],
    [
      'ends between two draws',
      `require(${JSON.stringify(SCRIPT)}); require('node:worker_threads').parentPort.once('message', () => setImmediate(() => process.exit(0)))`,
    ],
  ])('draws the rows of a thread that %s', async (_, content) => {
    drawing = new DrawingThreads(VOCABULARY, THREADS, script(content))
    for (let time = 0; time < 2; time++)
      expect(await drawing.draw(logits, rows)).toEqual(byOneSampler(logits, rows))
  })

  it('draws on the calling thread if there is no script', async () => {
    drawing = new DrawingThreads(VOCABULARY, THREADS, path.join(os.tmpdir(), 'absent.js'))
    expect(await drawing.draw(logits, rows)).toEqual(byOneSampler(logits, rows))
  })
})
