// A judge over a curation: what it asks, what its journal holds, how it resumes.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { annotateOpen } from '../../../src/curation/annotators/annotateOpen'
import { byScore } from '../../../src/curation/annotators/byScore'
import { openJudge } from '../../../src/curation/annotators/judge'
import { reportOf } from '../../../src/curation/annotators/judgeReport'
import { ANNOTATOR_KINDS } from '../../../src/curation/annotators/kinds'
import { failureError } from '../../../src/shared/errors'
import { QUIETLY } from './support/curationFolder'
import { isGood, journal, made, people, run, runAgain, saying, shown } from './support/judging'

describe('a judge', () => {
  it('asks both orders and keeps every answer as it came', async () => {
    const one = await made(1)
    await run(one, () => 'A')
    const records = journal(one)
    expect(records).toHaveLength(2)
    const [straight, swapped] = records
    expect(straight).toMatchObject({
      kind: 'answer',
      judge: 'j',
      text: '{"verdict": "A"}',
      verdict: 'first',
      promptTokens: 10,
      tokens: 2,
      model: 'builtin:SmolLM2-135M-Instruct',
    })
    expect(straight?.kind === 'answer' && swapped?.kind === 'answer').toBe(true)
    if (straight?.kind === 'answer' && swapped?.kind === 'answer')
      expect([swapped.first, swapped.second]).toEqual([straight.second, straight.first])
  })

  it('never becomes a label', async () => {
    const one = await made(3)
    await run(one, (a) => (isGood(a) ? 'A' : 'B'))
    expect(one.curation.store.annotations.annotators).toEqual([])
    expect(one.curation.dataSet.counts().pairs).toBe(0)
    expect(existsSync(one.folder.inside('a.aepo/annotations'))).toBe(false)
  })

  it('asks about labelled comparisons first', async () => {
    const one = await made(6)
    const last = one.curation.round.selections().at(-1)
    const labelled = await one.folder.open('person')
    const decide = byScore((text) => Number(isGood(text)))
    await annotateOpen(
      labelled,
      (comparison, signal) =>
        comparison.id === last?.id ? decide(comparison, signal) : Promise.resolve(null),
      QUIETLY.signal,
    )
    await one.curation.store.refresh()
    await run(one, () => 'A', { budget: 1 })
    expect(journal(one).map(({ promptId }) => promptId)).toEqual([last?.promptId, last?.promptId])
  })

  it('stays within its budgets, and resumes', async () => {
    const one = await made(10)
    const first = await run(one, () => 'A', { budget: 4 })
    expect(first.result).toMatchObject({ asked: 4, judged: 4, beyondBudget: 6 })
    const second = await run(one, () => 'A', { budget: 6 })
    expect(second.result).toMatchObject({ asked: 2, judged: 6, beyondBudget: 4 })
    // 24 tokens a comparison
    const third = await run(one, () => 'A', { tokens: 24 * 7 })
    expect(third.result).toMatchObject({ asked: 1, judged: 7, beyondBudget: 3, tokens: 168 })
    expect(journal(one)).toHaveLength(14)
  })

  it('resumes within a comparison after a stop', async () => {
    const one = await made(3)
    const stop = new AbortController()
    let answers = 0
    one.engine.answers = (params) => {
      if (++answers === 3) stop.abort()
      return saying(() => 'A')(params)
    }
    await expect(runAgain(one, { signal: stop.signal })).rejects.toThrow()
    expect(journal(one)).toHaveLength(3)
    const { result } = await runAgain(one)
    expect(result).toMatchObject({ asked: 2, judged: 3 })
    expect(journal(one)).toHaveLength(6)
  })

  it('is asked again after an edit of its prompt; earlier answers stay in the journal', async () => {
    const one = await made(2)
    await run(one, () => 'A')
    const file = one.folder.inside('a.aepo/judges/j.prompt.md')
    writeFileSync(file, `Be strict.\n\n${readFileSync(file, 'utf8')}`)
    const { result } = await run(one, () => 'A')
    expect(result).toMatchObject({ asked: 2, judged: 2 })
    expect(new Set(journal(one).map(({ version }) => version)).size).toBe(2)
  })

  it('refuses a prompt without a place for a response', async () => {
    const one = await made(1, [{ name: 'j', kind: 'local', prompt: 'mine.md' }])
    one.folder.write('mine.md', '{{prompt}} {{a}}')
    expect(() => openJudge(one.curation, 'j')).toThrow('{{b}}')
  })

  it('takes text between the places as it is', async () => {
    const one = await made(1, [{ name: 'j', kind: 'local', prompt: 'mine.md' }])
    one.folder.write('mine.md', '{{prompt}}|{{a}}|{{b}}')
    const asked: string[] = []
    one.engine.answers = ({ messages }) => {
      asked.push(messages[0]?.content ?? '')
      return { text: 'A', promptTokens: null, tokens: null }
    }
    await runAgain(one)
    expect(asked[0]).toMatch(/^Question 0\?\|A (good|bad) answer/)
  })

  it('leaves out a comparison that the model does not take, and says so once', async () => {
    const one = await made(3)
    const notices: string[] = []
    one.engine.answers = (params) => {
      if (params.messages[0]?.content.includes('Question 1?'))
        throw failureError('context-overflow', 'The prompt is too long.')
      return saying(() => 'A')(params)
    }
    const { result } = await runAgain(one, { onNotice: (sentence) => notices.push(sentence) })
    expect(result).toMatchObject({ asked: 2, judged: 2, refused: 1, beyondBudget: 0 })
    expect(notices).toEqual(['The prompt is too long.'])
  })

  it('has no opinion where an answer names no verdict', async () => {
    const one = await made(2)
    const { judge, result } = await run(one, () => 'I cannot say')
    expect(result).toMatchObject({ asked: 2, judged: 0, unreadable: 2 })
    expect(reportOf(one.curation, judge).unreadable).toBe(4)
    expect((await run(one, () => 'A')).result.asked).toBe(0)
  })

  it('follows the log-probabilities of a local model, and keeps the probability', async () => {
    const one = await made(1)
    one.engine.answers = (params) => {
      const [a] = shown(params)
      const logprobs = isGood(a) ? { A: Math.log(0.6), B: Math.log(0.2) } : { A: -2, B: -1 }
      return { text: 'The', logprobs, promptTokens: 1, tokens: 1 }
    }
    await runAgain(one)
    const good = journal(one).find(
      (record) => record.kind === 'answer' && record.verdict === 'first',
    )
    expect(good?.kind === 'answer' && good.probability).toBeCloseTo(0.75)
  })

  it('compares three responses pair by pair', async () => {
    const one = await made(2, undefined, 3)
    const rank = (text: string): number =>
      ['good', 'bad', 'worse'].findIndex((word) => text.includes(`A ${word} `))
    const { judge } = await run(one, (a, b) => (rank(a) < rank(b) ? 'A' : 'B'))
    expect(journal(one)).toHaveLength(12)
    await people(one.curation)
    const { agreement, right } = reportOf(one.curation, judge)
    // people prefer the good one to both others, which they hold for equal
    expect(right).toEqual({ count: 4, of: 4 })
    expect(agreement.same).toEqual({ count: 4, of: 6 })
  })

  it('is an annotator of the table', async () => {
    const one = await made(1)
    one.engine.answers = saying((a) => (isGood(a) ? 'A' : 'B'))
    const [selection] = one.curation.round.selections()
    const annotator = await ANNOTATOR_KINDS.judge.open(one.curation, 'j', () => undefined, {
      engine: () => one.engine,
      runner: () => Promise.reject(new Error('no Python in this test')),
      editor: null,
      onNotice: () => undefined,
    })
    const texts = (selection?.candidateIds ?? []).flatMap(
      (id) => one.curation.store.candidates.candidate(id) ?? [],
    )
    const prompt = one.curation.prompt(selection?.promptId ?? '')
    expect(prompt).toBeDefined()
    if (!prompt) return
    const comparison = { kind: 'selection' as const, id: 'x', prompt, texts }
    const preference = await annotator(comparison, QUIETLY.signal)
    const best = preference?.kind === 'ranking' ? preference.tiers[0]?.[0] : undefined
    expect(isGood(texts.find(({ id }) => id === best)?.text ?? '')).toBe(true)
  })
})
