// The sampler against its definition, bit for bit, and against the expected distribution.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DistributionSettings, TokenSampler } from '../../../src/core/sampling/tokenSampler'
import { chiSquareBound, chiSquareOf } from './chiSquare'
import { referenceLogprob, referenceToken } from './reference'

const PLAIN: DistributionSettings = {
  temperature: 1,
  topP: 1,
  topK: 0,
  minP: 0,
  repetitionPenalty: 1,
}
const NONE: ReadonlySet<number> = new Set()

const settings = fc.record<DistributionSettings>({
  temperature: fc.oneof(fc.constantFrom(0, 1, 0.7), fc.double({ min: 0.05, max: 4, noNaN: true })),
  topP: fc.oneof(fc.constantFrom(1, 0.9, 0.5), fc.double({ min: 1e-6, max: 1, noNaN: true })),
  topK: fc.oneof(fc.constantFrom(0, 1, 50), fc.integer({ min: 0, max: 600 })),
  minP: fc.oneof(fc.constantFrom(0, 0.05), fc.double({ min: 0, max: 0.999, noNaN: true })),
  repetitionPenalty: fc.constantFrom(1, 1, 1.1, 1.5, 0.8),
})

/**
 * Rows of every shape that a model or a fault can produce: spread, flat, with ties, with excluded
 * tokens.
 */
const logits = fc.oneof(
  fc.array(fc.float({ min: -60, max: 60, noNaN: true }), { minLength: 1, maxLength: 700 }),
  fc.array(fc.integer({ min: -6, max: 2 }), { minLength: 1, maxLength: 700 }),
  fc
    .array(
      fc.oneof(
        { weight: 3, arbitrary: fc.float({ min: -8, max: 8, noNaN: true }) },
        { weight: 1, arbitrary: fc.constant(-Infinity) },
      ),
      { minLength: 1, maxLength: 300 },
    )
    .map((row) => [...row, 1.5]),
  fc
    .tuple(fc.integer({ min: 1, max: 600 }), fc.constantFrom(0, -3.25, 17))
    .map(([n, value]) => new Array<number>(n).fill(value)),
)
const seed = fc.integer({ min: 0, max: 0xffffffff })
const seen = fc
  .array(fc.integer({ min: 0, max: 700 }), { maxLength: 20 })
  .map((tokens) => new Set(tokens))

describe('TokenSampler', () => {
  it('draws the token of the definition', () => {
    fc.assert(
      fc.property(
        logits,
        settings,
        seed,
        fc.integer({ min: 0, max: 5000 }),
        seen,
        (row, chosen, s, position, known) => {
          const { token } = new TokenSampler(row.length).draw(
            Float32Array.from(row),
            chosen,
            s,
            position,
            known,
          )
          expect(token).toBe(referenceToken(row, chosen, s, position, known))
        },
      ),
      { numRuns: 3000 },
    )
  })

  it('draws the token of the definition from a vocabulary of 49,152', () => {
    const sampler = new TokenSampler(49152)
    const row = new Float32Array(49152)
    for (let i = 0; i < 3; i++) {
      for (let t = 0; t < row.length; t++)
        row[t] = 4 * Math.sin(t * (i + 1.3)) * Math.cos(t * 0.77) + (t % (97 + i) === 0 ? 9 : 0)
      for (const chosen of [
        PLAIN,
        { ...PLAIN, topP: 0.9 },
        { ...PLAIN, temperature: 0.6, topP: 0.95, topK: 40 },
        { ...PLAIN, topP: 0.9999 },
        { ...PLAIN, minP: 0.02 },
        { ...PLAIN, topK: 5000 },
      ]) {
        expect(sampler.draw(row, chosen, i, 7, NONE).token).toBe(
          referenceToken([...row], chosen, i, 7, NONE),
        )
      }
    }
  })

  it('returns the log-probability at temperature 1 without truncation, whatever the settings', () => {
    fc.assert(
      fc.property(logits, settings, seed, seen, (row, chosen, s, known) => {
        const { token, logprob } = new TokenSampler(row.length).draw(
          Float32Array.from(row),
          chosen,
          s,
          0,
          known,
        )
        const expected = referenceLogprob(row, token)
        if (row[token] === -Infinity) expect(logprob).toBe(-Infinity)
        else
          expect(Math.abs(logprob - expected)).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)))
      }),
    )
  })

  it('leaves the logits unchanged', () => {
    fc.assert(
      fc.property(logits, settings, seed, seen, (row, chosen, s, known) => {
        const given = Float32Array.from(row)
        new TokenSampler(row.length).draw(given, { ...chosen, repetitionPenalty: 1.7 }, s, 0, known)
        expect(given).toEqual(Float32Array.from(row))
      }),
    )
  })

  it.each([
    ['plain', PLAIN, [0.4, 0.3, 0.2, 0.1], [0.4, 0.3, 0.2, 0.1]],
    [
      'top-p keeps the fewest tokens that reach it',
      { ...PLAIN, topP: 0.6 },
      [0.4, 0.3, 0.2, 0.1],
      [4 / 7, 3 / 7, 0, 0],
    ],
    ['top-k', { ...PLAIN, topK: 3 }, [0.1, 0.4, 0.3, 0.2], [0, 4 / 9, 3 / 9, 2 / 9]],
    ['min-p', { ...PLAIN, minP: 0.6 }, [0.4, 0.3, 0.2, 0.1], [4 / 7, 3 / 7, 0, 0]],
    [
      'temperature 1/2 squares',
      { ...PLAIN, temperature: 0.5 },
      [0.5, 0.3, 0.2],
      [25 / 38, 9 / 38, 4 / 38],
    ],
    [
      'top-p is a share of what top-k left',
      { ...PLAIN, topK: 2, topP: 0.6 },
      [0.5, 0.25, 0.25],
      [1, 0, 0],
    ],
  ])('draws with the right frequencies: %s', (_, chosen, probabilities, expected) => {
    const sampler = new TokenSampler(probabilities.length)
    const row = Float32Array.from(probabilities, Math.log)
    const counts = new Array<number>(probabilities.length).fill(0)
    for (let i = 0; i < 100_000; i++) {
      const { token } = sampler.draw(row, chosen, 20_260_101, i, NONE)
      counts[token] = (counts[token] ?? 0) + 1
    }
    const { statistic, freedom } = chiSquareOf(counts, expected)
    expect(statistic).toBeLessThan(chiSquareBound(freedom))
  })

  it('follows the softmax of 60 logits over 10⁶ draws, whether seeds or positions differ', () => {
    const row = Float32Array.from({ length: 60 }, (_, i) => 3 * Math.sin(i * 1.7))
    const weights = [...row].map((logit) => Math.exp(logit))
    const total = weights.reduce((a, b) => a + b)
    const sampler = new TokenSampler(row.length)
    for (const [seedOf, positionOf] of [
      [(i: number) => i, () => 3],
      [() => 99, (i: number) => i],
    ] as const) {
      const counts = new Array<number>(row.length).fill(0)
      for (let i = 0; i < 500_000; i++) {
        const { token } = sampler.draw(row, PLAIN, seedOf(i), positionOf(i), NONE)
        counts[token] = (counts[token] ?? 0) + 1
      }
      const { statistic, freedom } = chiSquareOf(
        counts,
        weights.map((weight) => weight / total),
      )
      expect(statistic).toBeLessThan(chiSquareBound(freedom))
    }
  })

  it('prefers the lowest id of equal logits at temperature 0 and with top-k', () => {
    const row = Float32Array.from([1, 5, 5, 5, 2])
    expect(new TokenSampler(5).draw(row, { ...PLAIN, temperature: 0 }, 1, 1, NONE).token).toBe(1)
    expect(new TokenSampler(5).draw(row, { ...PLAIN, topK: 1 }, 1, 1, NONE).token).toBe(1)
  })

  it('divides positive and multiplies negative logits of seen tokens by the penalty', () => {
    const row = Float32Array.from([2, 1.5, -1])
    const greedy = { ...PLAIN, temperature: 0, repetitionPenalty: 2 }
    expect(new TokenSampler(3).draw(row, greedy, 0, 0, new Set([0])).token).toBe(1)
    expect(
      new TokenSampler(3).draw(Float32Array.from([-1, -1.5]), greedy, 0, 0, new Set([0])).token,
    ).toBe(1)
  })

  it.each([[[NaN, NaN]], [[-Infinity, -Infinity]], [[0, Infinity]]])('refuses %j', (row) => {
    expect(() => new TokenSampler(2).draw(Float32Array.from(row), PLAIN, 0, 0, NONE)).toThrow(
      RangeError,
    )
  })

  it('never draws a token that is not a number', () => {
    const row = Float32Array.from([NaN, 1, NaN, 1])
    const drawn = new Set(
      Array.from(
        { length: 50 },
        (_, i) => new TokenSampler(4).draw(row, { ...PLAIN, topP: 0.9 }, i, 0, NONE).token,
      ),
    )
    expect([...drawn].sort()).toEqual([1, 3])
  })
})
