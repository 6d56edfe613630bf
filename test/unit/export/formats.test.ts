// The export formats: what each makes of the labels of a comparison, and which rows are taken.
import { describe, expect, it } from 'vitest'
import { prefersLonger } from '../../../src/core/export/dpo'
import type { LabelledComparison } from '../../../src/core/export/format'
import { EXPORT_FORMATS, exportFormat } from '../../../src/core/export/formats'
import { type RoundRow, rowsToExport } from '../../../src/core/export/rows'
import type { Candidate, Preference } from '../../../src/shared/domain'

const PROMPT = [{ role: 'user' as const, content: 'Hi' }]

const candidate = (
  id: string,
  finishReason: Candidate['finishReason'] = 'stop',
): LabelledComparison['candidates'][number] => ({ id, text: `text of ${id}`, finishReason })

const comparison = (...preferences: Preference[]): LabelledComparison => ({
  prompt: PROMPT,
  candidates: ['a', 'b', 'c'].map((id) => candidate(id)),
  preferences,
})

const ranking = (...tiers: string[]): Preference => ({
  kind: 'ranking',
  tiers: tiers.map((tier) => Array.from(tier)),
})

const answer = (id: string): object[] => [{ role: 'assistant', content: `text of ${id}` }]

describe.each(Object.values(EXPORT_FORMATS))('$label', (format) => {
  it('makes rows of its schema', () => {
    const rows = exportFormat(format.id).rows(comparison(ranking('a', 'bc'), { kind: 'allBad' }))
    expect(rows.length).toBeGreaterThan(0)
    for (const { row } of rows) expect(format.schema.safeParse(row).success).toBe(true)
  })

  it('makes no row of ties and skips', () => {
    expect(format.rows(comparison({ kind: 'tie' }, { kind: 'skip' }))).toEqual([])
  })
})

describe('DPO', () => {
  const { rows } = EXPORT_FORMATS.dpo

  it('has a row for each pair across tiers', () => {
    expect(rows(comparison(ranking('b', 'ac'))).map(({ row }) => row)).toEqual([
      { prompt: PROMPT, chosen: answer('b'), rejected: answer('a') },
      { prompt: PROMPT, chosen: answer('b'), rejected: answer('c') },
    ])
  })

  it('teaches a cut-off response where that one is chosen', () => {
    const candidates = [candidate('a', 'length'), candidate('b')]
    const teaches = (...tiers: string[]): boolean[] =>
      rows({ prompt: PROMPT, candidates, preferences: [ranking(...tiers)] }).map(
        ({ teachesCutOff }) => teachesCutOff,
      )
    expect(teaches('a', 'b')).toEqual([true])
    expect(teaches('b', 'a')).toEqual([false])
  })

  it.each([
    ['<think>\nLet me see', true],
    ['<think>\nLet me see\n</think>\n\n', true],
    ['<think>\nLet me see\n</think>\n\nYes.', false],
    ['Write <think> to begin.', false],
  ])('teaches reasoning without an answer: %j', (text, teachesCutOff) => {
    const candidates = [{ ...candidate('a'), text }, candidate('b')]
    expect(rows({ prompt: PROMPT, candidates, preferences: [ranking('a', 'b')] })).toMatchObject([
      { teachesCutOff },
    ])
  })

  it('says whether the longer response is the chosen one', () => {
    const row = (chosen: string, rejected: string): Parameters<typeof prefersLonger>[0] => ({
      prompt: PROMPT,
      chosen: [{ role: 'assistant', content: chosen }],
      rejected: [{ role: 'assistant', content: rejected }],
    })
    expect(prefersLonger(row('longer', 'short'))).toBe(true)
    expect(prefersLonger(row('short', 'longer'))).toBe(false)
    expect(prefersLonger(row('equal', 'eight'))).toBe(false)
  })
})

describe('KTO', () => {
  const labels = (...preferences: Preference[]): [string, boolean][] =>
    EXPORT_FORMATS.kto
      .rows(comparison(...preferences))
      .map(({ row }) => [row.completion[0]?.content.at(-1) ?? '', row.label])

  it('calls the best tier desirable, the others undesirable', () => {
    expect(labels(ranking('b', 'a', 'c'))).toEqual([
      ['a', false],
      ['b', true],
      ['c', false],
    ])
  })

  it('calls all undesirable when all are bad', () => {
    expect(labels({ kind: 'allBad' }).map(([, label]) => label)).toEqual([false, false, false])
  })

  it('follows the majority and leaves out a draw', () => {
    expect(labels(ranking('a', 'bc'), ranking('b', 'ac'))).toEqual([['c', false]])
    expect(labels(ranking('a', 'bc'), ranking('b', 'ac'), ranking('a', 'bc'))).toEqual([
      ['a', true],
      ['b', false],
      ['c', false],
    ])
  })

  it('teaches a cut-off response where it is desirable', () => {
    const candidates = [candidate('a', 'length'), candidate('b', 'length')]
    const preferences = [ranking('a', 'b')]
    const rows = EXPORT_FORMATS.kto.rows({ prompt: PROMPT, candidates, preferences })
    expect(rows.map(({ teachesCutOff }) => teachesCutOff)).toEqual([true, false])
  })
})

describe('the rows of an export', () => {
  const row = (name: string, teachesCutOff = false): RoundRow => ({
    row: { name },
    teachesCutOff,
    round: 1,
  })
  const byPrompt = new Map(
    Array.from({ length: 10 }, (_, i): [string, RoundRow[]] => [
      `prompt ${i}`,
      [row(`first of ${i}`), row(`second of ${i}`, i === 0)],
    ]),
  )

  it('leave out what teaches a cut-off response, and say how many', () => {
    const { rows, cutOff } = rowsToExport(byPrompt, {})
    expect(rows).toHaveLength(19)
    expect(cutOff).toBe(1)
    expect(rowsToExport(byPrompt, { cutOff: 'keep' })).toMatchObject({
      rows: { length: 20 },
      cutOff: 0,
    })
  })

  it('are split by prompt into two parts', () => {
    const part = (part: 'train' | 'held-out'): object[] =>
      rowsToExport(byPrompt, { cutOff: 'keep', split: { part, share: 0.2 } }).rows
    const [train, heldOut] = [part('train'), part('held-out')]
    expect(heldOut).toHaveLength(4)
    expect(train).toHaveLength(16)
    expect(new Set([...train, ...heldOut]).size).toBe(20)
    // The prompts that the runner in Python holds out of these: training/tests/test_inspection.py.
    expect(heldOut).toEqual(
      [2, 6].flatMap((i) => [`first of ${i}`, `second of ${i}`].map((name) => ({ name }))),
    )
    const reversed = new Map([...byPrompt].reverse())
    const split = { part: 'held-out', share: 0.2 } as const
    expect(new Set(rowsToExport(reversed, { cutOff: 'keep', split }).rows)).toEqual(
      new Set(heldOut),
    )
  })
})
