// Evaluations on disk: made, resumed, voted on blind, with the figures that follow.
import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ModelChoice } from '../../../src/core/formats/modelSettings'
import { annotateOpen } from '../../../src/curation/annotators/annotateOpen'
import { rule } from '../../../src/curation/annotators/rule'
import type { Curation } from '../../../src/curation/curation'
import { findPair, undoVote, vote } from '../../../src/evaluation/blindTask'
import { type Evaluation, openEvaluation } from '../../../src/evaluation/evaluation'
import { evaluationView } from '../../../src/evaluation/evaluationViews'
import { findOrMakeEvaluation } from '../../../src/evaluation/makeEvaluation'
import { modelSideOf } from '../../../src/evaluation/pairs'
import { sampleEvaluation } from '../../../src/evaluation/sample'
import { importVotes, writePairs } from '../../../src/evaluation/voteFile'
import type { Task } from '../../../src/shared/curationViews'
import { jsonLines } from '../../support/jsonLines'
import { CurationFolder, QUIETLY } from '../curation/support/curationFolder'
import { FakeEngine } from '../curation/support/fakeEngine'

const PROMPTS = Array.from({ length: 12 }, (_, index) => `Question ${index}`)
const A: ModelChoice = { model: 'models/one', device: 'auto' }
const B: ModelChoice = { model: 'models/two', device: 'auto' }
const REQUEST = { a: A, b: B, responses: 1 }

let folder: CurationFolder
let curation: Curation
beforeEach(async () => {
  folder = new CurationFolder(PROMPTS, { sampling: { n: 2, seed: 7 } })
  curation = await folder.open()
})

const open = (id: string, annotator = 'ann'): Promise<Evaluation> =>
  openEvaluation(curation, id, { annotator, onMessage: () => undefined, now: () => new Date(0) })

async function sampled(
  request: Partial<Parameters<typeof findOrMakeEvaluation>[1]> = {},
  engine = new FakeEngine(),
): Promise<Evaluation> {
  const { id } = await findOrMakeEvaluation(curation, { ...REQUEST, ...request })
  const evaluation = await open(id)
  await sampleEvaluation(evaluation, engine, QUIETLY)
  return evaluation
}

function shownPair(
  evaluation: Evaluation,
  request: Parameters<typeof findPair>[1] = { go: 'next-open' },
): Task {
  const task = findPair(evaluation, request)
  if (!task) throw new Error('no pair')
  return task
}

const decision = (task: Task, best: number): Parameters<typeof vote>[1] => {
  const names = task.responses.map(({ candidateId }) => candidateId)
  return {
    selectionId: task.selectionId,
    preference: { kind: 'ranking', tiers: [[names[best] ?? ''], [names[1 - best] ?? '']] },
    milliseconds: 5,
    shownOrder: names,
    note: '',
  }
}

describe('an evaluation', () => {
  it('samples both models for each prompt, and pairs their responses', async () => {
    const engine = new FakeEngine()
    const { data } = await sampled({ responses: 2 }, engine)
    expect(new Set(engine.loads)).toEqual(new Set(['models/one', 'models/two']))
    expect(data.round.selections()).toHaveLength(24)
    for (const { candidateIds } of data.round.selections()) {
      const sides = candidateIds.map((id) => data.store.candidates.candidate(id))
      expect(sides.map((each) => each && modelSideOf(each))).toEqual(['a', 'b'])
      expect(
        sides.map((each) => each && data.store.candidates.generation(each.generationId)?.model),
      ).toEqual(['models/one', 'models/two'])
    }
  })

  it('goes on where the engine died, in another process', async () => {
    const engine = new FakeEngine()
    engine.diesAfter = 9
    await expect(sampled({}, engine)).rejects.toThrow(/engine process ended/)
    const { id, isNew } = await findOrMakeEvaluation(curation, REQUEST)
    expect(isNew).toBe(false)
    const again = await open(id)
    expect(evaluationView(again).sampled).toBe(9)
    await sampleEvaluation(again, new FakeEngine(), QUIETLY)
    expect(evaluationView(again)).toMatchObject({ sampled: 24, wanted: 24, pairs: 12 })
  })

  it('is another one with other models, prompts or settings, and when asked for', async () => {
    const first = await findOrMakeEvaluation(curation, REQUEST)
    const ids = new Set([first.id])
    const others = [{ responses: 2 }, { limit: 3 }, { b: { ...B, model: 'x' } }, { isNew: true }]
    for (const change of others)
      ids.add((await findOrMakeEvaluation(curation, { ...REQUEST, ...change })).id)
    expect(ids.size).toBe(5)
    await expect(findOrMakeEvaluation(curation, { ...REQUEST, b: A })).rejects.toThrow(/the same/)
  })

  it('takes at most so many prompts: more of them keep those', async () => {
    const of = async (limit: number): Promise<string[]> =>
      (await sampled({ limit })).data.prompts.map(({ id }) => id)
    const [few, more] = [await of(3), await of(6)]
    expect([few.length, more.length]).toEqual([3, 6])
    expect(more).toEqual(expect.arrayContaining(few))
  })

  it('takes the prompts of another file', async () => {
    const file = folder.write('other.txt', 'What now?\nAnd then?\n')
    const { data } = await sampled({ prompts: { file, name: 'other.txt' } })
    expect(data.prompts.map(({ messages }) => messages[0]?.content)).toEqual([
      'What now?',
      'And then?',
    ])
  })

  it('leaves the curation as it is: no candidate, no label, no data set', async () => {
    const evaluation = await sampled()
    await vote(evaluation, decision(shownPair(evaluation), 0))
    await evaluation.data.dataSet.settled()
    await curation.store.refresh()
    expect(curation.round.pool(curation.prompts[0]?.id ?? '')).toEqual([])
    expect(curation.dataSet.counts().pairs).toBe(0)
    expect(() => folder.output()).toThrow(/ENOENT/)
    expect(() => readFileSync(evaluation.data.paths.output)).toThrow(/ENOENT/)
  })
})

describe('a vote', () => {
  it('is on a pair that does not tell the models apart, until it is made', async () => {
    const evaluation = await sampled()
    const before = shownPair(evaluation)
    const text = JSON.stringify({ ...before, responses: before.responses.map((one) => one) })
    for (const trace of ['models/one', 'one', 'two', '-1-0', '-1-1', 'tokenCount":3'])
      expect(text).not.toContain(trace)
    expect(before.responses.map(({ candidateId }) => candidateId)).toEqual([
      'response-1',
      'response-2',
    ])
    await vote(evaluation, decision(before, 1))
    const after = shownPair(evaluation, {
      go: 'to',
      position: 0,
      selectionId: before.selectionId,
    })
    expect(after.preference).toEqual(decision(before, 1).preference)
    expect(after.responses.map(({ origin }) => origin).sort()).toEqual(['one', 'two'])
    expect(after.responses.map(({ text: shown }) => shown)).toEqual(
      before.responses.map(({ text: shown }) => shown),
    )
  })

  it('shows both models on either side, in equal parts up to chance', async () => {
    const evaluation = await sampled()
    const { data } = evaluation
    const firsts = data.round.selections().map((selection) => {
      const task = findPair(evaluation, { go: 'to', position: 0, selectionId: selection.id })
      const a = data.store.candidates.candidate(selection.candidateIds[0] ?? '')
      return task?.responses[0]?.text === a?.text
    })
    expect(firsts.filter(Boolean).length).toBeGreaterThan(1)
    expect(firsts.filter((isA) => !isA).length).toBeGreaterThan(1)
  })

  it('counts for the model whose response was preferred, and can be taken back', async () => {
    const evaluation = await sampled()
    const { data } = evaluation
    const task = shownPair(evaluation)
    await vote(evaluation, decision(task, 0))
    const [chosen] = data.round
      .selections()
      .filter(({ id }) => id === task.selectionId)
      .flatMap(({ candidateIds }) => candidateIds)
      .flatMap((id) => data.store.candidates.candidate(id) ?? [])
      .filter(({ text }) => text === task.responses[0]?.text)
    if (!chosen) throw new Error('no response is the one that was chosen')
    const side = modelSideOf(chosen)
    const { win, votes } = evaluationView(evaluation).result
    expect(votes[side]).toBe(1)
    expect(win?.rate).toBe(side === 'a' ? 1 : 0)
    const undone = await undoVote(evaluation)
    expect(undone?.task).toEqual(task)
    expect(evaluationView(evaluation).result.win).toBeNull()
    expect(await undoVote(evaluation)).toBeNull()
  })

  it('of several annotators is kept apart, and they agree or do not', async () => {
    const evaluation = await sampled()
    const other = await open(evaluation.file.id, 'eve')
    const longest = rule('longest')
    await annotateOpen(evaluation.data, longest, QUIETLY.signal)
    await annotateOpen(other.data, longest, QUIETLY.signal)
    const { result, voted } = evaluationView(other)
    expect(voted).toBe(12)
    expect(result.agreement).toEqual([{ annotators: ['ann', 'eve'], same: { count: 12, of: 12 } }])
    expect(result.annotators.map(({ annotator, prompts }) => [annotator, prompts])).toEqual([
      ['ann', 12],
      ['eve', 12],
    ])
    expect(result.prompts).toBe(12)
  })

  it('comes from a file, by the places of the responses in a file of pairs', async () => {
    const { data, file } = await sampled()
    const pairs = folder.inside('pairs.jsonl')
    expect(await writePairs(data, pairs)).toBe(12)
    const rows = jsonLines(pairs) as { pair: string; responses: [string, string] }[]
    expect(folder.read('pairs.jsonl')).not.toMatch(/models|"a"|"b"/)
    const votes = folder.writeRows(
      'votes.jsonl',
      rows.map(({ pair, responses }) => ({ pair, vote: responses[0] > responses[1] ? 1 : 2 })),
    )
    const other = await open(file.id, 'eve')
    expect(await importVotes(other.data, votes)).toBe(12)
    expect(await importVotes(other.data, votes)).toBe(0)
    for (const { selectionId, preference } of other.data.store.annotations
      .standing('eve')
      .values()) {
      const [best = '', worse = ''] = (
        preference.kind === 'ranking' ? preference.tiers.flat() : []
      ).map((id) => other.data.store.candidates.candidate(id)?.text ?? '')
      expect(best > worse, selectionId).toBe(true)
    }
    const bad = folder.writeRows('bad.jsonl', [{ pair: rows[0]?.pair, vote: 3 }])
    await expect(importVotes(other.data, bad)).rejects.toThrow(
      /bad\.jsonl:1: This row is not a vote/,
    )
    const unknown = folder.writeRows('unknown.jsonl', [{ pair: 'x', vote: 1 }])
    await expect(importVotes(other.data, unknown)).rejects.toThrow(/names no pair/)
  })
})

describe('equal responses', () => {
  it('are not shown, and are a tie', async () => {
    const engine = new FakeEngine()
    const request = engine.request
    const same: typeof request = (method, params, options) =>
      request(method, params, {
        ...options,
        onProgress: (progress: { kind: string; candidate?: object }) =>
          (options?.onProgress as ((progress: unknown) => void) | undefined)?.(
            progress.kind === 'candidate'
              ? { ...progress, candidate: { ...progress.candidate, text: 'Blue.' } }
              : progress,
          ),
      } as typeof options)
    const { id } = await findOrMakeEvaluation(curation, REQUEST)
    const evaluation = await open(id)
    await sampleEvaluation(evaluation, { request: same }, QUIETLY)
    expect(findPair(evaluation, { go: 'next-open' })).toBeNull()
    expect(evaluationView(evaluation)).toMatchObject({
      pairs: 0,
      result: { equal: 12, prompts: 12, win: { rate: 0.5 }, furtherPrompts: null },
    })
  })
})
