// A run before it starts: its rows, the inspection, and what is left when it is not started.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { type PairRow, pairRowSchema } from '../../../src/core/training/row'
import { parseRunFile } from '../../../src/core/training/runFile'
import { undo } from '../../../src/curation/labelling/annotate'
import { byScore } from '../../../src/curation/annotators/byScore'
import type { Curation } from '../../../src/curation/curation'
import { generate } from '../../../src/curation/generation/generate'
import { importCandidates } from '../../../src/curation/prompts/importCandidates'
import type { Engine } from '../../../src/curation/engine'
import type { PromptTokensParams } from '../../../src/shared/engineProtocol'
import { type PreparedRun, prepareRun, type PrepareOptions } from '../../../src/training/prepareRun'
import { trainingRows } from '../../../src/training/rows'
import { runView } from '../../../src/training/runView'
import { jsonLines } from '../../support/jsonLines'
import { until } from '../../support/until'
import { FakeEngine } from '../curation/support/fakeEngine'
import {
  ended,
  earlierRun,
  failureOf,
  inspectingRunner,
  label,
  labelledCuration,
  newCuration,
  request,
  runner,
  runsFolder,
} from './support/runs'

let folder: string
beforeEach(() => {
  folder = runsFolder()
})

/** What the runner prints when it refuses to inspect. */
const REFUSAL = {
  code: 'bad-input',
  message: 'As the runner says it in English.',
  texts: {
    message: [{ template: 'The model {model} has no config.json.', values: { model: '/m' } }],
    remedy: [],
  },
}

const noEngine = (): Engine => expect.unreachable('the engine was asked for imported responses')

const prepare = (curation: Curation, options: Partial<PrepareOptions> = {}): Promise<PreparedRun> =>
  prepareRun(curation, request(), {
    runner: inspectingRunner(folder),
    engine: noEngine,
    signal: new AbortController().signal,
    now: new Date(Date.UTC(2026, 10, 24)),
    ...options,
  })

const rowsOf = (run: string): PairRow[] =>
  jsonLines(path.join(run, 'data.jsonl')).map((line) => pairRowSchema.parse(line))

const runNames = (): string[] => {
  const runs = path.join(folder, 'a.aepo/runs')
  return existsSync(runs) ? readdirSync(runs).sort() : []
}

it('the folder of a run holds the rows with their hash, and no path of its own place', async () => {
  const prepared = await prepare(await labelledCuration(folder))
  const run = path.join(folder, 'a.aepo/runs/2026-11-24T00-00-00-dpo')
  expect(prepared.plan).toBe('2 pairs, 20 steps')
  const text = readFileSync(path.join(run, 'run.json'), 'utf8')
  expect(text).not.toContain(folder)
  const data = readFileSync(path.join(run, 'data.jsonl'))
  expect(parseRunFile(text, '')).toMatchObject({
    success: true,
    file: {
      dataset: 'data.jsonl',
      datasetSha256: createHash('sha256').update(data).digest('hex'),
      own: { beta: 0.1 },
      common: { batchSize: 2, epochs: 20 },
    },
  })
  expect(rowsOf(run).map(({ chosen, chosenEnd }) => [chosen[0]?.content, chosenEnd])).toEqual([
    ['Name a river. A good long answer.', 'imported'],
    ['Name a tree. A good long answer.', 'imported'],
  ])
})

it('two runs of one second have a folder each', async () => {
  const curation = await labelledCuration(folder)
  const runs = []
  for (let number = 0; number < 3; number++)
    runs.push(await ended(await (await prepare(curation)).launch()))
  expect(runs.map(({ file }) => file.id)).toEqual([
    '2026-11-24T00-00-00-dpo',
    '2026-11-24T00-00-00-dpo-2',
    '2026-11-24T00-00-00-dpo-3',
  ])
  expect(runs.map((run) => path.basename(run.folder))).toEqual(runs.map(({ file }) => file.id))
  expect(runs.map((run) => runView(run).startedAt)).toEqual(Array(3).fill('2026-11-24T00:00:00Z'))
})

it('a run that is discarded, refused or interrupted leaves no folder', async () => {
  const curation = await labelledCuration(folder)
  await (await prepare(curation)).discard()
  const message = '2 rows (1, 2) are left out: the chosen response was cut off. Raise maxNewTokens.'
  const problem = { kind: 'cut-off', count: 2, rows: [1, 2], fatal: true, message }
  const refused = await prepare(curation, {
    runner: inspectingRunner(folder, { problems: [problem] }),
  })
  const refusal = { code: 'bad-input', message, where: curation.paths.output }
  expect(refused.refusal).toEqual(refusal)
  expect(await failureOf(refused.launch())).toEqual(refusal)
  const cancel = new AbortController()
  const waiting = runner(folder, 'touch "$5/inspecting"; exec sleep 60')
  const interrupted = prepare(curation, { runner: waiting, signal: cancel.signal })
  const thrown = expect(interrupted).rejects.toThrow()
  await until('the inspection', () =>
    runNames().some((name) => existsSync(path.join(folder, 'a.aepo/runs', name, 'inspecting'))),
  )
  cancel.abort()
  await thrown
  expect(runNames()).toEqual([])
})

it('problems that are not fatal are handed on with the run, in the user’s language', async () => {
  const problem = { kind: 'identical', count: 1, rows: [2], fatal: false, message: 'Row 2 …' }
  const texts = [{ template: 'Row {row} …', values: { row: '2' } }]
  const inspection = { kept: 1, problems: [{ ...problem, message: 'English', texts }] }
  const prepared = await prepare(await labelledCuration(folder), {
    runner: inspectingRunner(folder, inspection),
  })
  expect(prepared.inspection.problems).toEqual([problem])
  expect(prepared.refusal).toBeNull()
})

it.each([
  [`echo '${JSON.stringify({ failure: REFUSAL })}'; exit 2`, 'bad-input', /^The model \/m has no/],
  ['echo "ModuleNotFoundError: trl" >&2; exit 1', 'training-failed', /inspected: ModuleNotFound/],
  ['exit 0', 'training-failed', /inspected: Python ended with 0/],
])('what the inspection ends with is said: %s', async (script, code, message) => {
  const failure = await failureOf(
    prepare(await labelledCuration(folder), { runner: runner(folder, script) }),
  )
  expect(failure).toMatchObject({ code, message: expect.stringMatching(message) as unknown })
})

it('the time of a run follows from the steps of earlier ones', async () => {
  const runs = path.join(folder, 'a.aepo/runs')
  mkdirSync(runs, { recursive: true })
  earlierRun(runs, [
    { event: 'start', step: 0, time: 100 },
    { event: 'log', step: 4, time: 148, figures: {} },
  ])
  const { plan } = await prepare(await labelledCuration(folder))
  expect(plan).toBe('2 pairs, 20 steps, about 4 minutes')
})

it('rows of a local model say how they were sampled, with the engine’s own prompt tokens', async () => {
  const template = { enable_thinking: false }
  const curation = await newCuration(folder, {
    generator: { model: './m', template },
    selection: { guard: false },
  })
  await generate(curation, new FakeEngine(), {
    signal: new AbortController().signal,
    onActivity: () => undefined,
    select: false,
  })
  await label(curation, byScore(seedIn))
  const engine = new TokenEngine()
  await prepare(curation, { engine: () => engine })
  const rows = rowsOf(path.join(folder, 'a.aepo/runs', runNames()[0] ?? ''))
  expect(rows).toHaveLength(2)
  for (const row of rows)
    expect(row).toMatchObject({
      template,
      generator: { model: './m' },
      chosenEnd: 'stop',
      promptTokens: [row.prompt[0]?.content.length],
    })
  expect(engine.asked).toMatchObject([
    { model: path.join(folder, 'm'), prompts: [{ template }, { template }] },
  ])
})

it('imported responses are trained with the template options of the curation', async () => {
  const template = { reasoning_effort: 'low' }
  const curation = await labelledCuration(folder, { generator: { template } })
  expect(trainingRows(curation, request())).toMatchObject([{ template }, { template }])
})

it('an imported response whose thought is not closed is cut off, one that quotes the tag is not', async () => {
  const curation = await newCuration(folder, { selection: { guard: false } })
  const responses = [
    [
      { text: '<think>\nA thought without an end, and long', score: 1 },
      { text: '<think>a</think>b' },
    ],
    [{ text: 'Write <think> before the thought.', score: 1 }, { text: '<think>\nA thought' }],
  ]
  writeFileSync(
    path.join(folder, 'c.jsonl'),
    curation.prompts
      .map(({ messages }, index) => ({ prompt: messages, responses: responses[index] }))
      .map((row) => `${JSON.stringify(row)}\n`)
      .join(''),
  )
  await importCandidates(curation, path.join(folder, 'c.jsonl'))
  await label(curation)
  expect(trainingRows(curation, request())).toMatchObject([
    { chosenEnd: 'length', rejectedEnd: 'imported' },
    { chosenEnd: 'imported', rejectedEnd: 'length' },
  ])
})

it('too few rows are refused, with what makes none', async () => {
  const curation = await labelledCuration(folder)
  await undo(curation)
  expect(await failureOf(prepare(curation))).toMatchObject({
    code: 'bad-input',
    where: curation.paths.output,
    message: 'The data set has one row; a run needs at least 2.',
    remedy: expect.stringContaining('Label more selections') as unknown,
  })
  await undo(curation)
  expect(await failureOf(prepare(curation))).toMatchObject({
    message: 'The data set has no rows; a run needs at least 2.',
  })
})

/** The seed that the fake engine writes into a text. */
const seedIn = (text: string): number => Number(/\d+/.exec(text)?.[0])

/** Gives each prompt its length as its only token. */
class TokenEngine implements Engine {
  readonly asked: PromptTokensParams[] = []
  readonly request = ((_: string, params: PromptTokensParams) => {
    this.asked.push(params)
    return Promise.resolve(params.prompts.map(({ messages }) => [messages[0]?.content.length ?? 0]))
  }) as Engine['request']
}
