// A judge votes on the pairs of an evaluation: its votes stay apart, and an annotator sees them
// after voting on all pairs.
// Invariant I26.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { annotateOpen } from '../../../src/curation/annotators/annotateOpen'
import { openJudge } from '../../../src/curation/annotators/judge'
import type { JudgeModel } from '../../../src/curation/annotators/judgeModels'
import { type JudgeRunResult, runJudge } from '../../../src/curation/annotators/judgeRun'
import { rule } from '../../../src/curation/annotators/rule'
import { undoVote } from '../../../src/evaluation/blindTask'
import { type Evaluation, openEvaluation } from '../../../src/evaluation/evaluation'
import { evaluationView } from '../../../src/evaluation/evaluationViews'
import { judgeVotes, votesOf } from '../../../src/evaluation/judgeVotes'
import { findOrMakeEvaluation } from '../../../src/evaluation/makeEvaluation'
import { modelSideOf } from '../../../src/evaluation/pairs'
import { sampleEvaluation } from '../../../src/evaluation/sample'
import { CurationFolder, QUIETLY } from '../curation/support/curationFolder'
import { FakeEngine } from '../curation/support/fakeEngine'

const PAIRS = 8
const PROMPTS = Array.from({ length: PAIRS }, (_, index) => `Question ${index}`)

interface Made {
  folder: CurationFolder
  evaluation: Evaluation
}

async function made(annotator = 'ann'): Promise<Made> {
  const judges = [
    { name: 'strict', kind: 'local' as const, prompt: 'strict.md' },
    { name: 'kind', kind: 'local' as const },
  ]
  const folder = new CurationFolder(PROMPTS, { sampling: { n: 2, seed: 7 }, judges })
  folder.write('strict.md', '{{prompt}}|{{a}}|{{b}}')
  const curation = await folder.open()
  const { id } = await findOrMakeEvaluation(curation, {
    a: { model: 'models/one', device: 'auto' },
    b: { model: 'models/two', device: 'auto' },
    responses: 1,
  })
  const evaluation = await openEvaluation(curation, id, {
    annotator,
    onMessage: () => undefined,
    now: () => new Date(0),
  })
  await sampleEvaluation(evaluation, new FakeEngine(), QUIETLY)
  return { folder, evaluation }
}

/** The judge knows which texts are of A, and prefers them. */
function judge(
  { data }: Evaluation,
  { name = 'strict', budget = 100, asked = [] as string[] } = {},
): Promise<JudgeRunResult> {
  const ofA = data.round
    .selections()
    .flatMap(({ candidateIds }) => candidateIds)
    .flatMap((id) => data.store.candidates.candidate(id) ?? [])
    .filter((candidate) => modelSideOf(candidate) === 'a')
    .map(({ text }) => text)
  const model: JudgeModel = {
    kind: 'pairs',
    concurrency: 1,
    ask: ([message]) => {
      const content = message?.content ?? ''
      asked.push(content)
      const text = ofA.some((each) => content.endsWith(`|${each}`)) ? 'B' : 'A'
      return Promise.resolve({ text, promptTokens: 1, tokens: 1 })
    },
  }
  const options = { ...QUIETLY, onNotice: () => undefined, budget }
  return runJudge(data, openJudge(data, name), model, options)
}

const voteAll = ({ data }: Evaluation): Promise<unknown> =>
  annotateOpen(data, rule('longest'), QUIETLY.signal)

it('leaves every figure of people as it was, and is no annotation', async () => {
  const { evaluation } = await made()
  await voteAll(evaluation)
  const before = evaluationView(evaluation).result
  await judge(evaluation)
  expect(evaluationView(evaluation).result).toEqual(before)
  expect(before.win?.rate).toBeLessThan(1)
  expect(evaluation.data.store.annotations.annotators).toEqual(['ann'])
  const [votes] = evaluationView(evaluation).judges
  expect(votes).toMatchObject({
    prompts: PAIRS,
    votes: { a: PAIRS, b: 0, tie: 0, allBad: 0 },
    win: { rate: 1 },
    report: { judge: 'strict', agreement: { same: { of: PAIRS } } },
  })
})

it('is shown to an annotator who has voted on all pairs, and to nobody before', async () => {
  const { evaluation } = await made()
  await judge(evaluation)
  expect(evaluationView(evaluation).judges).toEqual([])
  await voteAll(evaluation)
  expect(evaluationView(evaluation).judges).toHaveLength(1)
  await undoVote(evaluation)
  expect(evaluationView(evaluation).judges).toEqual([])
})

it('sees neither the names of the models nor the votes of others', async () => {
  const { evaluation } = await made()
  await voteAll(evaluation)
  const asked: string[] = []
  await judge(evaluation, { asked })
  expect(asked).toHaveLength(2 * PAIRS)
  expect(asked.join('\n')).not.toMatch(/models|-1-0|-1-1|ann/)
})

it('is in a journal of the evaluation; its prompt is that of the curation', async () => {
  const { folder, evaluation } = await made()
  await judge(evaluation, { name: 'kind' })
  const journal = path.join(evaluation.data.paths.folder, 'judges/kind.jsonl')
  expect(readFileSync(journal, 'utf8').trimEnd().split('\n')).toHaveLength(2 * PAIRS)
  expect(existsSync(path.join(evaluation.data.paths.folder, 'judges/kind.prompt.md'))).toBe(false)
  expect(folder.read('a.aepo/judges/kind.prompt.md')).toContain('{{a}}')
  expect(existsSync(folder.inside('a.aepo/judges/kind.jsonl'))).toBe(false)
})

it('stays within its budget in each evaluation, and resumes', async () => {
  const { evaluation } = await made()
  expect(await judge(evaluation, { budget: 3 })).toMatchObject({ judged: 3, beyondBudget: 5 })
  expect(votesOf(evaluation, 'strict')).toMatchObject({ prompts: 3, votes: { a: 3 } })
  expect(await judge(evaluation)).toMatchObject({ asked: 5, judged: 8 })
})

it('counts under its present prompt alone; one that cannot be read has no votes', async () => {
  const { folder, evaluation } = await made()
  await judge(evaluation)
  expect(judgeVotes(evaluation)).toHaveLength(1)
  folder.write('strict.md', 'Be strict. {{prompt}}|{{a}}|{{b}}')
  expect(judgeVotes(evaluation)).toEqual([])
  folder.write('strict.md', 'no places')
  expect(judgeVotes(evaluation)).toEqual([])
})
