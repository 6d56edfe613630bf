// Values kept for each prompt: recomputed where a change concerns them, and nowhere else.
import { beforeEach, expect, it } from 'vitest'
import { PerPrompt } from '../../../src/curation/perPrompt'
import type { StoreChange } from '../../../src/store/storeChange'

const PROMPTS = ['a', 'b', 'c'].map((id) => ({ id, messages: [] }))
let source: Record<string, string[]>
let computed: string[]
let change: (change: Partial<StoreChange>) => void
let values: PerPrompt<string, 'count' | 'sum'>
let measured: number

beforeEach(() => {
  source = { a: ['1'], b: [], c: ['2', '3'] }
  computed = []
  measured = 0
  const listeners: ((change: StoreChange) => void)[] = []
  change = (parts) => {
    for (const listener of listeners)
      listener({ journals: new Set(['selections']), promptIds: 'all', foreign: false, ...parts })
  }
  const store = {
    onChange: (listener: (change: StoreChange) => void) => {
      listeners.push(listener)
      return () => true
    },
  }
  const compute = (id: string): string[] => {
    computed.push(id)
    return source[id] ?? []
  }
  values = new PerPrompt(PROMPTS, store, ['selections', 'annotations'], compute, {
    count: (own) => own.length,
    sum: (own) => {
      measured++
      return own.reduce((sum, value) => sum + Number(value), 0)
    },
  })
})

it('come in prompt order, each computed once', () => {
  expect(values.all()).toEqual(['1', '2', '3'])
  expect(values.all()).toBe(values.all())
  expect(values.of('c')).toEqual(['2', '3'])
  expect(computed).toEqual(['a', 'b', 'c'])
})

it('of a changed prompt are computed again', () => {
  values.all()
  source['b'] = ['x']
  change({ promptIds: new Set(['b', 'of another file']) })
  expect(values.all()).toEqual(['1', 'x', '2', '3'])
  expect(computed).toEqual(['a', 'b', 'c', 'b'])
})

it('are the same array where the change left them as they were', () => {
  const before = values.all()
  change({ promptIds: new Set(['a', 'c']) })
  source['c'] = ['2', '3']
  expect(values.all()).toBe(before)
})

it('are all computed again after a journal was replaced', () => {
  values.all()
  source['a'] = []
  change({ promptIds: 'all' })
  expect(values.all()).toEqual(['2', '3'])
})

it('do not follow from other journals', () => {
  values.all()
  change({ journals: new Set(['candidates']) })
  expect(values.all()).toEqual(['1', '2', '3'])
  expect(computed).toHaveLength(3)
})

it('are summed, and after a change only those that changed are measured again', () => {
  expect(values.sums()).toEqual({ count: 3, sum: 6 })
  source['b'] = ['4']
  source['c'] = []
  change({ promptIds: new Set(['b', 'c']) })
  measured = 0
  expect(values.sums()).toEqual({ count: 2, sum: 5 })
  expect(measured).toBe(4) // before and after, of two prompts
  change({ promptIds: 'all' })
  source['a'] = ['7']
  expect(values.sums()).toEqual({ count: 2, sum: 11 })
})
