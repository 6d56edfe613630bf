// Parts of the sampler against published test vectors and the platform's math library.
import { describe, expect, it } from 'vitest'
import { expOfNegative, LOWEST_EXPONENT } from '../../../src/core/sampling/exponential'
import { philox, uniform } from '../../../src/core/sampling/random'
import { candidateSeed } from '../../../src/core/sampling/seeds'

describe('philox', () => {
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ] as [[number, number, number, number], [number, number], number[]][])(
    'reproduces known answer %# of Random123',
    (counter, key, answer) => {
      expect(philox(counter, key)).toEqual(answer)
    },
  )
})

describe('uniform', () => {
  it('lies in [0, 1) with the mean and variance of a uniform distribution', () => {
    const values = Array.from({ length: 100_000 }, (_, i) => uniform(i % 317, i))
    const mean = values.reduce((a, b) => a + b) / values.length
    const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true)
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / values.length))
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(0.001)
  })
})

describe('expOfNegative', () => {
  it('agrees with Math.exp', () => {
    let worst = 0
    for (let x = 0; x > -36; x -= 0.000713)
      worst = Math.max(worst, Math.abs(expOfNegative(x) / Math.exp(x) - 1))
    expect(worst).toBeLessThan(2e-12)
  })

  it('is 1 at 0, and 0 below the lowest exponent', () => {
    expect([
      expOfNegative(0),
      expOfNegative(LOWEST_EXPONENT),
      expOfNegative(-Infinity),
      expOfNegative(NaN),
    ]).toEqual([1, 0, 0, 0])
  })
})

describe('candidateSeed', () => {
  it('never changes', () => {
    expect([
      candidateSeed(42, 'p1', 1, 0),
      candidateSeed(42, 'p1', 1, 1),
      candidateSeed(42, 'p1', 2, 0),
      candidateSeed(43, 'p1', 1, 0),
      candidateSeed(42, 'p2', 1, 0),
    ]).toMatchInlineSnapshot(`
        [
          1287030654,
          3941466415,
          1322607846,
          120960539,
          179222208,
        ]
      `)
  })

  it('differs within a pool', () => {
    expect(
      new Set(Array.from({ length: 20_000 }, (_, i) => candidateSeed(7, 'prompt', 1, i))).size,
    ).toBe(20_000)
  })
})
