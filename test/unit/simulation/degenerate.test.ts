// Degenerate texts: what the guard finds among them, and what it cannot.
import { describe, expect, it } from 'vitest'
import { simulationData } from '../../../src/core/simulation/data'
import { madeDegenerateTexts } from '../../../src/core/simulation/degenerate'
import { judgementOf } from '../../../src/core/simulation/judgement'
import { goodText } from '../selection/texts'

const poolsOf = (size: number): string[][] =>
  [0, 1, 2, 3, 4, 5].map((prompt) =>
    Array.from({ length: size }, (_, i) => goodText(10 * prompt + i)),
  )
const data = (guard: boolean, pools = poolsOf(5)): ReturnType<typeof simulationData> => {
  const bad = madeDegenerateTexts(pools)
  const materials = pools.map((texts, prompt) => {
    const judged = judgementOf(
      {},
      texts.map((text, i) => ({ text, score: i })),
    )
    if ('why' in judged) throw new Error(judged.why)
    const all = [...texts, ...(bad[prompt] ?? [])]
    const vectors = Float32Array.from({ length: all.length * 2 }, (_, i) => i % 2)
    return { judged, texts: all, vectors }
  })
  const features = {
    dim: 1,
    groups: materials.map(({ texts }) => new Float64Array(texts.length)),
  }
  return simulationData(materials, 2, features, guard)
}

describe('degenerate texts', () => {
  it('are worse than every response, and tie among themselves', () => {
    const { genuine, outcomes, scores } = data(true).prompts[1] ?? expect.fail()
    const size = scores.length
    expect([genuine, size]).toEqual([5, 12])
    for (let c = genuine; c < size; c++) {
      expect(outcomes[0 * size + c]).toBe(1)
      expect(outcomes[c * size + 0]).toBe(-1)
      expect(outcomes[c * size + genuine]).toBe(0)
    }
  })

  it('are removed by the guard, but for responses to other prompts', () => {
    const { kept } = data(true).prompts[1] ?? expect.fail()
    expect(kept.slice(0, 5)).toEqual([true, true, true, true, true])
    expect(kept.slice(5, 8)).toEqual([false, false, false])
    expect(kept.slice(8).filter(Boolean).length).toBeGreaterThan(0)
  })

  it.each([2, 3])('take no response of its own from a pool of %d', (size) => {
    for (const { kept } of data(true, poolsOf(size)).prompts)
      expect(kept.slice(0, size)).toEqual(Array(size).fill(true))
  })

  it('stay without the guard', () => {
    const { kept } = data(false).prompts[1] ?? expect.fail()
    expect(kept.slice(5, 8)).toEqual([true, true, true])
  })
})
