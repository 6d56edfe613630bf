// Reward models as judges: one model in both formats has the same scores in the engine and in
// Python; what is no reward model is refused, with what to do.
import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { installPython } from '../../scripts/lib/python.mjs'
import { judgeRecordSchema } from '../../src/core/formats/judgeRecords'
import { scoringGraph } from '../engine/support/graphs'
import { aepo, aepoJson, TINY_MODEL } from '../support/command'
import { jsonLines } from '../support/jsonLines'
import { annotate, judgedCuration } from './support/training'

const PROMPTS = 4
/** Made by fixtures/reward/make.py. */
const REWARD_MODEL = path.join(import.meta.dirname, 'fixtures/reward/model')

let cwd: string
let python: string

beforeAll(async () => {
  python = await installPython()
  cwd = await judgedCuration(PROMPTS)
  await annotate(cwd)
  for (const name of ['reward', 'labels', 'bare', 'plain'])
    cpSync(REWARD_MODEL, path.join(cwd, name), { recursive: true })
  writeFileSync(path.join(cwd, 'labels/onnx/model.onnx'), scoringGraph(2))
  rmSync(path.join(cwd, 'bare/onnx'), { recursive: true })
  rmSync(path.join(cwd, 'plain/chat_template.jinja'))
  cpSync(TINY_MODEL, path.join(cwd, 'language'), { recursive: true })
  const judges = [
    ...['reward', 'labels', 'bare', 'plain', 'language'].map((name) => ({
      name,
      kind: 'reward',
      model: `./${name}`,
    })),
    { name: 'python', kind: 'reward', model: './reward', runtime: 'python' },
  ]
  const file = path.join(cwd, 'a.aepo.json')
  const settings = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...settings, judges }))
}, 300_000)

const judge = (name: string): string[] => ['judge', 'a.aepo.json', '--judge', name]

function scoresOf(name: string): Map<string, number> {
  return new Map(
    jsonLines(path.join(cwd, `a.aepo/judges/${name}.jsonl`))
      .map((line) => judgeRecordSchema.parse(line))
      .flatMap((record) => (record.kind === 'score' ? [[record.candidate.id, record.score]] : [])),
  )
}

it('has the same scores in the engine and in Python', async () => {
  const asked = { asked: PROMPTS, judged: PROMPTS, beyondBudget: 0 }
  const own = await aepoJson(judge('reward'), { cwd })
  expect(own).toMatchObject({ ...asked, report: { order: null, agreement: { same: { of: 4 } } } })
  const options = ['--python', python]
  expect(await aepoJson([...judge('python'), ...options], { cwd })).toMatchObject(asked)
  const [engine, runner] = [scoresOf('reward'), scoresOf('python')]
  expect(engine.size).toBe(2 * PROMPTS)
  expect(new Set(engine.values()).size).toBe(2 * PROMPTS)
  for (const [candidate, score] of engine)
    expect(Math.abs(score - (runner.get(candidate) ?? NaN)), candidate).toBeLessThan(1e-4)
}, 300_000)

it.each([
  [
    'labels',
    /The model has 2 outputs, and a reward model has one\..*Choose another reward model\./s,
  ],
  ['bare', /The model has no onnx\/model\.onnx\..*Set "runtime": "python"/s],
  [
    'plain',
    /neither a chat template nor a separator of prompt and response\..*chat_template\.jinja/s,
  ],
  [
    'language',
    /The graph of the model scores no sequences\..*exported for sequence classification/s,
  ],
])(
  'refuses %s with what to do',
  async (name, said) => {
    const { code, stderr } = await aepo(judge(name), { cwd })
    expect(code).toBe(1)
    expect(stderr).toMatch(said)
    expect(stderr).not.toMatch(/Traceback|    at /)
  },
  120_000,
)
