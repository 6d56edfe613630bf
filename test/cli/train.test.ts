// Training runs from the command line: the data set is checked, a run ends with an adapter, a stop
// leaves nothing behind.
import { spawn, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { installPython } from '../../scripts/lib/python.mjs'
import { metricSchema } from '../../src/core/training/metrics'
import { aepo, aepoJson, ROOT, temporaryFolder, TINY_MODEL } from '../support/command'
import { until } from '../vscode/support/until'

let cwd: string
let python: string
const TINY = [
  '--model',
  TINY_MODEL,
  '--set',
  'maxLength=256',
  '--set',
  'gradientAccumulation=1',
  '--set',
  'warmupRatio=0',
]

beforeAll(async () => {
  python = await installPython()
  cwd = temporaryFolder()
  const prompts = ['Name a river.', 'Name a tree.', 'Name a bird.']
  writeFileSync(
    path.join(cwd, 'p.jsonl'),
    prompts.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''),
  )
  writeFileSync(
    path.join(cwd, 'c.jsonl'),
    prompts
      .map(
        (prompt) =>
          `${JSON.stringify({
            prompt,
            responses: [
              { text: `${prompt} A good long answer.`, score: 1 },
              { text: 'Short but not too short.', score: 0 },
            ],
          })}\n`,
      )
      .join(''),
  )
  await aepoJson(['init', 'a.aepo.json', '--prompts', 'p.jsonl', '--n', '2'], { cwd })
  await aepoJson(['import', 'a.aepo.json', '--candidates', 'c.jsonl'], { cwd })
  await aepoJson(['select', 'a.aepo.json'], { cwd })
})

it('a data set without rows is refused, with what to do', async () => {
  const { code, stderr } = await aepo(['train', 'a.aepo.json', ...TINY, '--python', python], {
    cwd,
  })
  expect(code).toBe(1)
  expect(stderr).toMatch(
    /a\.dpo\.jsonl: The data set has no rows; a run needs at least 2\. Label more/,
  )
  expect(existsSync(path.join(cwd, 'a.aepo/runs'))).toBe(false)
})

it('a run ends with an adapter and figures for every step; relative paths are those of the folder it is called in', async () => {
  await aepoJson(['annotate', 'a.aepo.json', '--replay', 'c.jsonl', '--annotator', 'judge'], {
    cwd,
  })
  const { folder, model, steps } = await aepoJson(
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
  expect(steps).toBe(2)
  expect(readdirSync(String(model))).toEqual(
    expect.arrayContaining(['adapter_config.json', 'adapter_model.safetensors']),
  )
  const metrics = readFileSync(path.join(String(folder), 'metrics.jsonl'), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => metricSchema.parse(JSON.parse(line)))
  expect(metrics.filter(({ event }) => event === 'log').map(({ step }) => step)).toEqual([1, 2])
  expect(readFileSync(path.join(String(folder), 'data.jsonl'))).toEqual(
    readFileSync(path.join(cwd, 'a.dpo.jsonl')),
  )
}, 240_000)

it('the embedded model is made trainable once, and trained', async () => {
  const env = { XDG_CACHE_HOME: temporaryFolder() }
  const settings = ['maxSteps=1', 'batchSize=1', 'gradientAccumulation=1', 'maxLength=64'].flatMap(
    (setting) => ['--set', setting],
  )
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
}, 240_000)

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

it('Ctrl+C stops the run and leaves no process behind; --resume goes on with it', async () => {
  const runs = path.join(cwd, 'a.aepo/runs')
  const before = new Set(existsSync(runs) ? readdirSync(runs) : [])
  const events = (): { event: string; step: number }[] => {
    const name = existsSync(runs) ? readdirSync(runs).find((run) => !before.has(run)) : undefined
    const metrics = path.join(runs, name ?? '', 'metrics.jsonl')
    return name !== undefined && existsSync(metrics)
      ? readFileSync(metrics, 'utf8')
          .split('\n')
          .filter(Boolean)
          .map((line) => metricSchema.parse(JSON.parse(line)))
      : []
  }
  const stopAfter = async (
    what: string,
    happened: () => boolean,
    ...args: string[]
  ): Promise<void> => {
    const child = spawn(
      process.execPath,
      [path.join(ROOT, 'dist/cli.js'), 'train', 'a.aepo.json', ...args, '--python', python],
      { cwd, stdio: 'ignore' },
    )
    const exited = once(child, 'exit')
    await until(what, happened, 180_000)
    child.kill('SIGINT')
    expect(await exited).toEqual([null, 'SIGINT'])
  }
  await stopAfter(
    'the first checkpoint',
    () => events().some(({ event }) => event === 'save'),
    ...TINY,
    '--set',
    'maxSteps=100000',
    '--set',
    'saveSteps=1',
  )
  const run = readdirSync(runs).find((name) => !before.has(name)) ?? ''
  const folder = path.join(runs, run)
  expect(existsSync(path.join(folder, 'stopped'))).toBe(true)
  expect(commands().filter((command) => command.includes(folder))).toEqual([])

  await stopAfter(
    'a step after the checkpoint',
    () => {
      const seen = events()
      const again = seen.findIndex(({ event, step }) => event === 'start' && step > 0)
      return again >= 0 && seen.slice(again).some(({ event }) => event === 'log')
    },
    '--resume',
    run,
  )
  expect(commands().filter((command) => command.includes(folder))).toEqual([])
}, 480_000)

const commands = (): string[] =>
  execFileSync('ps', ['-ww', '-eo', 'args'], { encoding: 'utf8' }).split('\n')
