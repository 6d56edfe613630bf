// Selection with the guard: the recorded result and its invariants.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { selectCandidates } from '../../../src/core/selection/selectCandidates'
import type { SelectParams } from '../../../src/shared/selectionProtocol'
import { FailureError } from '../../../src/shared/errors'
import { flat, optimum } from '../aepo/bruteForce'
import { goodText } from './texts'

const SETTINGS: SelectParams['settings'] = { method: 'aepo', k: 2, lambda: 0.5, guard: true }
const TEXTS = [
  'red green',
  'blue yellow',
  'black white',
  'pink orange',
  'brown grey',
  'cyan magenta',
]
const ROWS = [
  [1, 0],
  [0.8, 0.6],
  [0.6, 0.8],
  [0, 1],
  [-0.6, 0.8],
  [0.28, 0.96],
]

const params = (
  texts: string[],
  rows: number[][],
  settings: Partial<SelectParams['settings']> = {},
  seed = 1,
): SelectParams => ({
  pool: texts.map((text, i) => ({ id: `p-1-${i}`, text, isCutOff: false, isSeen: false })),
  vectors: flat(rows),
  dim: 2,
  settings: { ...SETTINGS, ...settings },
  repeatedTexts: [],
  seed,
})

describe('selectCandidates', () => {
  it('records the terms of the optimum, N and k', () => {
    const result = selectCandidates(params(TEXTS, ROWS))
    const { subset, value } = optimum(ROWS, 2, 0.5)
    expect(result.candidateIds).toEqual(subset.map((i) => `p-1-${i}`))
    expect(result).toMatchObject({
      method: 'aepo',
      k: 2,
      lambda: 0.5,
      n: 6,
      exact: true,
      removed: [],
    })
    expect(result.objective).toBeCloseTo(value, 9)
    expect(result.representativeness - 0.5 * result.redundancy).toBeCloseTo(result.objective, 12)
  })

  it('never selects two equal texts or an empty one; N is the number that remains', () => {
    const text = fc.constantFrom('', ' ', 'one', 'two', 'three', 'four', ' two ')
    const row = fc.constantFrom<number[]>([1, 0], [0, 1], [0.6, 0.8], [0, 0])
    fc.assert(
      fc.property(
        fc.array(fc.tuple(text, row), { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        fc.constantFrom('aepo' as const, 'random' as const),
        (entries, k, guard, method) => {
          const { pool, ...rest } = params(
            entries.map(([value]) => value),
            entries.map(([, value]) => value),
            { k, guard, method },
          )
          const result = selectCandidates({ pool, ...rest })
          const selected = result.candidateIds.map((id) =>
            pool.find((entry) => entry.id === id)?.text.trim(),
          )
          const distinct = new Set(
            pool.map((entry) => entry.text.trim()).filter((value) => value !== ''),
          )
          expect(new Set(selected).size).toBe(selected.length)
          expect(selected).not.toContain('')
          expect(result.n).toBe(distinct.size)
          expect(result.n + result.removed.length).toBe(pool.length)
          expect(result.k).toBe(Math.min(k, distinct.size))
          expect(selected).toHaveLength(result.k)
          expect(
            Object.values(result).every(
              (value) => typeof value !== 'number' || Number.isFinite(value),
            ),
          ).toBe(true)
        },
      ),
    )
  })

  it('does not select an outlier that the guard removed', () => {
    const good = TEXTS.map((_, i) => goodText(i))
    const result = selectCandidates(params([...good, '.'], [...ROWS, [0, -1]], { lambda: 1 }))
    expect(result.removed).toEqual([{ id: 'p-1-6', reason: 'stub' }])
    expect(result.candidateIds).not.toContain('p-1-6')
    expect(
      selectCandidates(params([...good, '.'], [...ROWS, [0, -1]], { lambda: 1, guard: false }))
        .candidateIds,
    ).toContain('p-1-6')
  })

  describe('method random', () => {
    const random = (seed: number, order = [0, 1, 2, 3, 4, 5]): string[] => {
      const { pool, ...rest } = params(TEXTS, ROWS, { method: 'random' }, seed)
      return selectCandidates({
        ...rest,
        pool: order.flatMap((i) => pool[i] ?? []),
        vectors: flat(order.map((i) => ROWS[i] ?? [])),
      }).candidateIds
    }

    it('depends on the seed and the ids, not on the order of the pool', () => {
      expect(random(7)).toEqual(random(7))
      expect(random(7, [5, 4, 3, 2, 1, 0]).sort()).toEqual(random(7).sort())
    })

    it('selects every candidate about equally often', () => {
      const counts = new Map<string, number>()
      for (let seed = 0; seed < 1200; seed++)
        for (const id of random(seed)) counts.set(id, (counts.get(id) ?? 0) + 1)
      // six standard deviations
      for (const count of counts.values()) expect(Math.abs(count - 400)).toBeLessThan(100)
      expect(counts.size).toBe(6)
    })

    it('is not exact, and records the terms', () => {
      const result = selectCandidates(params(TEXTS, ROWS, { method: 'random' }))
      expect(result.exact).toBe(false)
      expect(result.representativeness - 0.5 * result.redundancy).toBeCloseTo(result.objective, 12)
    })
  })

  it.each<[string, SelectParams]>([
    ['too few numbers', { ...params(TEXTS, ROWS), vectors: new Float32Array(3) }],
    ['a NaN', { ...params(TEXTS, ROWS), vectors: flat(ROWS).fill(NaN, 0, 1) }],
  ])('refuses vectors with %s', (_, bad) => {
    expect(() => selectCandidates(bad)).toThrow(FailureError)
  })
})
