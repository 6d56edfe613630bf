// Training runs from the command line: what is refused, what a run leaves, and that the defaults
// train.
import { existsSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { installPython } from '../../scripts/lib/python.mjs'
import { aepo, aepoJson, temporaryFolder, TINY_MODEL } from '../support/command'
import { jsonLines } from '../support/jsonLines'
import { annotate, judgedCuration, largestWeight, TINY, valuesOf } from './support/training'

let cwd: string
let python: string

beforeAll(async () => {
  python = await installPython()
  cwd = await judgedCuration(12)
  await annotate(cwd)
})

const runsOf = (folder: string): string[] => {
  const runs = path.join(folder, 'a.aepo/runs')
  return existsSync(runs) ? readdirSync(runs) : []
}

it('a data set without rows is refused, with what to do', async () => {
  const unlabelled = await judgedCuration(2)
  const { code, stderr } = await aepo(['train', 'a.aepo.json', ...TINY, '--python', python], {
    cwd: unlabelled,
  })
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /a\.dpo\.jsonl: The data set has no rows; a run needs at least 2\. Label more/,
  )
  expect(runsOf(unlabelled)).toEqual([])
})

it('a run ends with an adapter and figures for every step; relative paths start from the working folder', async () => {
  const { folder, model, steps, warning } = await aepoJson(
    [
      'train',
      'a.aepo.json',
      ...TINY,
      '--model',
      path.relative(cwd, TINY_MODEL),
      '--python',
      path.relative(cwd, python),
      '--set',
      'maxSteps=2',
    ],
    { cwd },
  )
  expect([steps, warning]).toEqual([2, null])
  expect(readdirSync(String(model))).toEqual(
    expect.arrayContaining(['adapter_config.json', 'adapter_model.safetensors']),
  )
  expect(valuesOf(String(folder), 'log', 'rewardChosen')).toHaveLength(2)
  expect(jsonLines(path.join(String(folder), 'data.jsonl'))).toMatchObject(
    jsonLines(path.join(cwd, 'a.dpo.jsonl')),
  )
}, 900_000)

it('with the defaults a few pairs move the weights and the held-out margin', async () => {
  const { stderr, stdout, code } = await aepo(
    ['train', 'a.aepo.json', '--model', TINY_MODEL, '--python', python, '--json'],
    { cwd },
  )
  expect(code, stderr).toBe(0)
  expect(stderr).toMatch(/^12 pairs, 1 of them held out, 54 steps/m)
  const { folder, model } = JSON.parse(stdout) as { folder: string; model: string }
  // A LoRA adapter starts with B = 0: it adds nothing to the model before it is trained.
  expect(largestWeight(path.join(model, 'adapter_model.safetensors'), 'lora_B')).toBeGreaterThan(
    1e-4,
  )
  expect(Math.min(...valuesOf(folder, 'log', 'learningRate'))).toBeGreaterThan(0)
  const margins = valuesOf(folder, 'eval', 'heldOutMargin')
  expect(margins[0]).toBeCloseTo(0, 5)
  expect(margins.at(-1)).toBeGreaterThan(0.1)
}, 900_000)

it('rows that a run would train on are shown as tokens, and no run is started', async () => {
  const runs = runsOf(cwd)
  const { stdout, code } = await aepo(
    ['rows', 'a.aepo.json', ...TINY, '--tokens', '1', '--python', python],
    { cwd },
  )
  expect(code).toBe(0)
  expect(stdout).toMatch(/^12 pairs, 1 of them held out, \d+ steps/)
  expect(stdout).toMatch(/Row 1\n {2}prompt \(\d+ tokens\): .*\n {2}chosen/)
  expect(stdout).not.toContain('Row 2')
  expect(runsOf(cwd)).toEqual(runs)
}, 300_000)

it('rows that cannot be trained as they stand refuse the run before it starts, with the remedy', async () => {
  const runs = runsOf(cwd)
  const { code, stderr } = await aepo(
    ['train', 'a.aepo.json', '--model', TINY_MODEL, '--set', 'maxLength=8', '--python', python],
    { cwd },
  )
  expect(code).toBe(1)
  expect(stderr).toMatch(/12 rows .* left out.*maxLength \(8 tokens\).*[Rr]aise maxLength/)
  expect(runsOf(cwd)).toEqual(runs)
}, 300_000)

it('the embedded model is made trainable once, and trained', async () => {
  const env = { XDG_CACHE_HOME: temporaryFolder() }
  const settings = [
    'maxSteps=1',
    'batchSize=1',
    'gradientAccumulation=1',
    'maxLength=64',
    'heldOut=0',
    // its figures take minutes with this model
    'regression=false',
  ].flatMap((setting) => ['--set', setting])
  const { folder, model } = await aepoJson(
    [
      'train',
      'a.aepo.json',
      '--model',
      'builtin:SmolLM2-135M-Instruct',
      ...settings,
      '--python',
      python,
    ],
    { cwd, env },
  )
  expect(readdirSync(String(model))).toContain('adapter_model.safetensors')
  const trained = path.join(env.XDG_CACHE_HOME, 'aepo-curation/trainable/SmolLM2-135M-Instruct')
  expect(JSON.parse(readFileSync(path.join(String(folder), 'run.json'), 'utf8'))).toMatchObject({
    model: trained,
  })
  expect(readdirSync(path.dirname(trained))).toEqual(['SmolLM2-135M-Instruct'])
  rmSync(env.XDG_CACHE_HOME, { recursive: true })
}, 900_000)

it('another embedded model is refused', async () => {
  const { code, stderr } = await aepo(
    ['train', 'a.aepo.json', '--model', 'builtin:all-MiniLM-L6-v2', '--python', python],
    { cwd },
  )
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /builtin:all-MiniLM-L6-v2 cannot be trained\. Name builtin:SmolLM2-135M-Instruct/,
  )
})

it.each([
  [['--set', 'learningrate=1'], /--set: Unknown key: learningrate\. Valid keys: beta/],
  [['--set', 'epochs=0'], /--set: epochs must be greater than 0\./],
  [
    ['--method', 'ppo'],
    /There is no method “ppo”; the methods are: dpo, sppo, sgdpo, sgpo, accelerated, kto, reward\./,
  ],
])('wrong options are named: %s', async (options, message) => {
  const { code, stderr } = await aepo(
    ['train', 'a.aepo.json', ...TINY, ...options, '--python', python],
    { cwd },
  )
  expect(code).toBe(2)
  expect(stderr).toMatch(message)
})
