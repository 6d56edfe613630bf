// Features of responses: components, style, and what scales them.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { featuresOf } from '../../../src/core/selection/features/features'
import {
  coordinates,
  withinGroupComponents,
} from '../../../src/core/selection/features/principalComponents'
import { STYLE_FEATURES, styleOf } from '../../../src/core/selection/features/style'

describe('withinGroupComponents', () => {
  it('finds the direction in which texts of one prompt differ, not that between prompts', () => {
    // far apart in x, different within a prompt in y alone
    const groups = [Float32Array.of(10, 1, 10, -1), Float32Array.of(-10, 2, -10, -2)]
    const components = withinGroupComponents(groups, 2, 2)
    expect(components).toHaveLength(1)
    expect(Math.abs(components[0]?.[1] ?? 0)).toBeCloseTo(1, 9)
    expect([...coordinates([5, 0], components)][0]).toBeCloseTo(0, 9)
  })
})

describe('styleOf', () => {
  it('has as many finite numbers for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const numbers = styleOf(text)
        expect(numbers).toHaveLength(STYLE_FEATURES)
        expect(numbers.every(Number.isFinite)).toBe(true)
      }),
    )
  })

  it('grows with length', () => {
    expect(styleOf('one two three')[0]).toBeLessThan(styleOf('one two three four')[0] ?? 0)
  })

  it('counts lists, bold text and apologies', () => {
    const plain = styleOf('apples pears')
    const marked = styleOf('Sorry:\n- **apples**\n- pears')
    for (const place of [3, 4, 5, 14]) expect(marked[place]).toBeGreaterThan(plain[place] ?? 9)
  })
})

describe('featuresOf', () => {
  const group = (texts: string[], seed: number): Parameters<typeof featuresOf>[0][number] => ({
    texts,
    genuine: 3,
    vectors: Float32Array.from({ length: texts.length * 4 }, (_, i) => Math.sin(seed * 7 + i * i)),
    promptVector: Float32Array.of(1, 0.5, -1, seed),
  })
  const groups = [
    group(['a', 'b c d', 'e f\n- g', 'degenerate'], 1),
    group(['hello', 'x y!', 'some more text', '.'], 2),
  ]
  const { dim, groups: features } = featuresOf(groups, 4)

  it('centres the responses of each prompt, and scales the kinds of features together', () => {
    const totals = [0, 0, 0]
    const components = (dim - STYLE_FEATURES) / 2
    for (let column = 0; column < dim; column++) {
      const kind = Math.min(2, Math.floor(column / components))
      for (const rows of features) {
        const values = [0, 1, 2].map((i) => rows[i * dim + column] ?? NaN)
        expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(0, 9)
        totals[kind] = values.reduce((sum, v) => sum + (v * v) / 6, totals[kind] ?? 0)
      }
    }
    expect(totals[0]).toBeCloseTo(1 / 16, 9)
    expect(totals[1]).toBeCloseTo(1 / 16, 9)
    // style features without variance in these texts stay 0
    expect(totals[2] ?? 0).toBeGreaterThan(0.3)
    expect(totals[2] ?? 0).toBeLessThan(1)
  })

  it('does not depend on texts beyond the responses', () => {
    const [first, second] = groups
    const other = featuresOf(
      [
        { ...(first ?? expect.fail()), texts: ['a', 'b c d', 'e f\n- g', 'x'] },
        second ?? expect.fail(),
      ],
      4,
    )
    expect(other.groups[0]?.subarray(0, 3 * dim)).toEqual(features[0]?.subarray(0, 3 * dim))
  })
})
