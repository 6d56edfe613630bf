// Drawing from logits on a device, here the CPU: the same tokens as from whole rows.
import { Tensor } from 'onnxruntime-node'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { SUM_ERROR } from '../../src/core/sampling/logitsSummary'
import { TokenSampler } from '../../src/core/sampling/tokenSampler'
import { DeviceDrawing } from '../../src/engine/drawing/deviceDrawing'
import { LogitsOnDevice } from '../../src/engine/drawing/logitsOnDevice'
import { type Drawn, drawRows, type RowDraw } from '../../src/engine/drawing/rows'
import { asSingles, tensorOver, valueOfHalf } from '../../src/engine/runtime/arrays'
import { SmallSessions } from '../../src/engine/runtime/smallSessions'

const ROWS = 12
const plain = { temperature: 1, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 }
const SETTINGS = [
  plain,
  { ...plain, topP: 0.9 },
  { ...plain, minP: 0.1, temperature: 0.8 },
  { ...plain, topK: 20 },
  { ...plain, temperature: 0 },
  { ...plain, repetitionPenalty: 1.3 },
]

/** Half precision numbers between −8 and 16, few of them large. */
function halves(count: number): Uint16Array {
  let state = 7
  return Uint16Array.from({ length: count }, () => {
    state = Math.imul(state, 1664525) + 1013904223
    const bits = (state >>> 9) & 0x3fff
    return bits % 61 === 0 ? 0x4000 + (bits >> 3) : 0xc800 - (bits >> 5)
  })
}

const draws: RowDraw[] = Array.from({ length: ROWS }, (_, row) => ({
  row,
  settings: SETTINGS[row % SETTINGS.length] ?? plain,
  seed: 31 * row,
  position: row,
  seen: new Set([3, row]),
}))

const sessions = new SmallSessions('cpu')
let device: LogitsOnDevice
afterEach(() => sessions.release())

/** Draws that only whole rows decide are counted. */
function deviceDrawing(vocabulary: number): { drawing: DeviceDrawing; whole: () => number } {
  let rows = 0
  const sampler = new TokenSampler(vocabulary)
  const drawing = new DeviceDrawing(device, {
    draw: (logits, of) => {
      rows += of.length
      return Promise.resolve(drawRows(sampler, logits, of))
    },
  })
  return { drawing, whole: () => rows }
}

function expectSame(drawn: readonly Drawn[], expected: readonly Drawn[]): void {
  expect(drawn.map((draw) => draw?.token)).toEqual(expected.map((draw) => draw?.token))
  drawn.forEach((draw, i) =>
    expect(Math.abs((draw?.logprob ?? 0) - (expected[i]?.logprob ?? 0))).toBeLessThan(
      2 * SUM_ERROR,
    ),
  )
}

describe.each([['float32'], ['float16']] as const)('DeviceDrawing, %s', (type) => {
  it.each([[309], [4096], [50_257]])(
    'draws the tokens of whole rows of %i logits, in any slots',
    async (vocabulary) => {
      device = await LogitsOnDevice.create(sessions, type, vocabulary)
      const { drawing, whole } = deviceDrawing(vocabulary)
      const bits = halves((ROWS + 2) * vocabulary)
      const singles = asSingles(bits)
      const tensor = tensorOver(type, type === 'float16' ? bits : singles, [
        ROWS + 2,
        1,
        vocabulary,
      ])
      const slots = draws.map(({ row }) => (row * 5 + 1) % (ROWS + 1))
      const expected = drawRows(
        new TokenSampler(vocabulary),
        singles,
        draws.map((draw) => ({ ...draw, row: slots[draw.row] ?? NaN })),
      )
      for (let time = 0; time < 2; time++)
        expectSame(await drawing.draw({ tensor, slots, count: ROWS + 2 }, draws), expected)
      expect(whole()).toBeLessThan(2 * ROWS)
    },
  )
})

describe('DeviceDrawing', () => {
  it('draws no token for a row of NaN, and tokens for the others', async () => {
    device = await LogitsOnDevice.create(sessions, 'float32', 4096)
    const singles = asSingles(halves(ROWS * 4096))
    singles.fill(NaN, 2 * 4096, 3 * 4096)
    const tensor = new Tensor('float32', singles, [ROWS, 1, 4096])
    const slots = draws.map(({ row }) => row)
    const drawn = await deviceDrawing(4096).drawing.draw({ tensor, slots, count: ROWS }, draws)
    expect(drawn.flatMap((draw, row) => (draw ? [] : [row]))).toEqual([2])
  })

  it('fetches the blocks of some rows and the whole of others in one run', async () => {
    device = await LogitsOnDevice.create(sessions, 'float32', 309)
    const fetch = vi.spyOn(device, 'fetch')
    const logits = asSingles(halves(4 * 309))
    const { drawing, whole } = deviceDrawing(309)
    const mixed = draws
      .slice(0, 4)
      .map((draw) => ({ ...draw, settings: SETTINGS[draw.row % 2 ? 3 : 5] ?? plain }))
    const tensor = new Tensor('float32', logits, [4, 1, 309])
    const drawn = await drawing.draw({ tensor, slots: [0, 1, 2, 3], count: 4 }, mixed)
    expectSame(drawn, drawRows(new TokenSampler(309), logits, mixed))
    expect([whole(), fetch.mock.calls.length]).toEqual([2, 1])
  })

  it('draws from arrays, as after a prompt', async () => {
    device = await LogitsOnDevice.create(sessions, 'float32', 309)
    const logits = asSingles(halves(ROWS * 309))
    expect(await deviceDrawing(309).drawing.draw(logits, draws)).toEqual(
      drawRows(new TokenSampler(309), logits, draws),
    )
  })

  it('fetches whole rows in the given order', async () => {
    device = await LogitsOnDevice.create(sessions, 'float16', 309)
    const bits = halves(4 * 309)
    const rows = await device.rows(tensorOver('float16', bits, [4, 1, 309]), [3, 1])
    expect([...rows]).toEqual(
      [3, 1].flatMap((row) => Array.from(bits.subarray(row * 309, (row + 1) * 309), valueOfHalf)),
    )
  })
})
