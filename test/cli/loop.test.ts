// The whole way without a window: sample, select, label, train (paused and resumed, and killed from
// outside), sample the next round from the trained model, label and train it, vote an evaluation
// with the command line alone, report. Each method for itself is in `trainMethods.test.ts`.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { installPython } from '../../scripts/lib/python.mjs'
import {
  aepo,
  aepoJson,
  initCuration,
  ROOT,
  temporaryFolder,
  TINY,
  TINY_MODEL,
} from '../support/command'
import { jsonLines } from '../support/jsonLines'
import { until } from '../support/until'
import { LOADING_MS, metricsOf } from './support/training'

const FILE = 'a.aepo.json'
const PROMPTS = Array.from({ length: 8 }, (_, index) => `Question ${index}: name a colour.`)
/** What the tiny model says may be cut off; it has to learn enough for a build to keep it. */
const SETTINGS = ['learningRate=0.01', 'maxLength=128', 'cutOff=keep', 'saveSteps=25'].flatMap(
  (setting) => ['--set', setting],
)

let cwd: string
let python: string
beforeAll(async () => {
  python = await installPython()
  cwd = temporaryFolder()
})

const run = (...args: string[]): Promise<Record<string, unknown>> => aepoJson(args, { cwd })
const trainArguments = (...more: string[]): string[] => ['train', FILE, '--python', python, ...more]
const start = (method: string, steps: number): string[] =>
  trainArguments(
    '--model',
    TINY_MODEL,
    '--method',
    method,
    ...SETTINGS,
    '--set',
    `maxSteps=${steps}`,
  )

async function sampleAndLabel(): Promise<void> {
  await run('generate', FILE)
  await run('select', FILE)
  await run('annotate', FILE, '--rule', 'longest', '--annotator', 'rule')
}

/**
 * `aepo train` in the background, once its run has a checkpoint. Its end may come before it is
 * waited for.
 */
async function training(args: string[]): Promise<{ ended: Promise<unknown>; folder: string }> {
  const runs = path.join(cwd, 'a.aepo/runs')
  const before = new Set(existsSync(runs) ? readdirSync(runs) : [])
  const child = spawn(process.execPath, [path.join(ROOT, 'dist/cli.js'), ...args], {
    cwd,
    stdio: 'ignore',
  })
  onTestFinished(() => void child.kill('SIGINT'))
  const ended = once(child, 'exit')
  let folder = ''
  await until(
    'a checkpoint',
    () => {
      const id = existsSync(runs)
        ? readdirSync(runs).find((name) => /^\d/.test(name) && !before.has(name))
        : undefined
      folder = path.join(runs, id ?? '')
      const metrics = path.join(folder, 'metrics.jsonl')
      return (
        id !== undefined &&
        existsSync(metrics) &&
        metricsOf(folder).some(({ event }) => event === 'save')
      )
    },
    LOADING_MS,
  )
  return { ended, folder }
}

const stateOf = async (folder: string): Promise<unknown> => {
  const { runs } = await run('runs', FILE)
  return (runs as { id: string; state: string }[]).find(({ id }) => id === path.basename(folder))
    ?.state
}

it('goes from prompts to a better model, round after round, without a window', async () => {
  await initCuration(cwd, FILE, PROMPTS, { ...TINY, n: 4, 'max-new-tokens': 12 })
  await sampleAndLabel()

  const paused = await training(start('dpo', 150))
  await run('pause', FILE)
  await paused.ended
  expect(await stateOf(paused.folder)).toBe('paused')
  const dpo = path.basename(paused.folder)
  expect(await run(...trainArguments('--resume', dpo))).toMatchObject({ run: dpo, warning: null })
  expect(metricsOf(paused.folder).at(-1)).toMatchObject({ event: 'end', step: 150 })

  const killed = await training(start('sgdpo', 100))
  const { pid } = JSON.parse(readFileSync(path.join(killed.folder, 'process.json'), 'utf8')) as {
    pid: number
  }
  process.kill(-pid, 'SIGKILL')
  await killed.ended
  expect(await stateOf(killed.folder)).toBe('failed')
  expect((await aepo(['runs', FILE], { cwd })).stdout).toMatch(/killed|ended from outside/)
  await run(...trainArguments('--resume', path.basename(killed.folder)))
  expect(await stateOf(killed.folder)).toBe('finished')

  expect(await run('round', FILE, '--generator', dpo, '--python', python)).toMatchObject({
    round: 2,
  })
  await sampleAndLabel()
  const { folder } = await run(...start('dpo', 20), '--rounds', '2', '--set', `previous=${dpo}`)
  expect(JSON.parse(readFileSync(path.join(String(folder), 'run.json'), 'utf8'))).toMatchObject({
    round: 2,
    rounds: '2',
    own: { previous: dpo },
  })

  const both = ['evaluate', FILE, '--a', dpo, '--b', TINY_MODEL]
  await run(...both, '--pairs', 'pairs.jsonl')
  const pairs = jsonLines(path.join(cwd, 'pairs.jsonl')) as { pair: string }[]
  const votes = pairs.map(({ pair }) => ({ pair, vote: 1 }))
  writeFileSync(
    path.join(cwd, 'votes.jsonl'),
    votes.map((vote) => `${JSON.stringify(vote)}\n`).join(''),
  )
  const { result } = await run(...both, '--votes', 'votes.jsonl', '--name', 'eve')
  const { a, b } = (result as { votes: { a: number; b: number } }).votes
  expect(a + b).toBe(pairs.length)

  const report = await run('report', FILE, path.basename(String(folder)))
  expect(readFileSync(String(report['file']), 'utf8')).toMatch(
    /\| State \| finished \|[^]*--set previous=/,
  )
}, 1_800_000)
