// The shown order: the same whenever asked, fair to every place.
import { describe, expect, it } from 'vitest'
import { shuffledOrder } from '../../../src/core/annotation/order'

describe('shownOrder', () => {
  it('is a permutation, fixed by selection and annotator whatever order the candidates come in', () => {
    const order = shuffledOrder('s', 'ann', ['a', 'b', 'c', 'd'])
    expect(order.toSorted()).toEqual(['a', 'b', 'c', 'd'])
    expect(shuffledOrder('s', 'ann', ['d', 'c', 'b', 'a'])).toEqual(order)
  })

  it('puts each candidate first about equally often over selections, and over annotators', () => {
    const count = (orders: string[][]): number => orders.filter(([first]) => first === 'a').length
    const numbers = Array.from({ length: 1000 }, (_, i) => i)
    // 500 expected; 80 are five standard deviations.
    expect(
      Math.abs(count(numbers.map((i) => shuffledOrder(`s${i}`, 'ann', ['a', 'b']))) - 500),
    ).toBeLessThan(80)
    expect(
      Math.abs(count(numbers.map((i) => shuffledOrder('s', `ann${i}`, ['a', 'b']))) - 500),
    ).toBeLessThan(80)
  })
})
