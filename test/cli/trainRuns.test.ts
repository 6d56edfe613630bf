// The course of runs from the command line: stop, resumption, the list, following, and a rename
// meanwhile.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { installPython } from '../../scripts/lib/python.mjs'
import { aepo, aepoJson, ROOT } from '../support/command'
import { until } from '../support/until'
import { annotate, judgedCuration, LOADING_MS, metricsOf, TINY } from './support/training'

const ENDLESS = ['--set', 'maxSteps=100000', '--set', 'saveSteps=1', '--set', 'heldOut=0']

let python: string
let cwd: string
beforeAll(async () => {
  python = await installPython()
  cwd = await judgedCuration(3)
  await annotate(cwd)
})

interface Training {
  stderr: () => string
  interrupt(): void
  /** Exit code and signal. */
  exited: Promise<unknown[]>
}

/** `aepo train` in the background. */
function train(...args: string[]): Training {
  const child = spawn(
    process.execPath,
    [path.join(ROOT, 'dist/cli.js'), 'train', 'a.aepo.json', ...args, '--python', python],
    { cwd, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  onTestFinished(() => void child.kill('SIGINT'))
  let said = ''
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()))
  return {
    stderr: () => said,
    interrupt: () => child.kill('SIGINT'),
    exited: once(child, 'close'),
  }
}

const runsIn = (folder: string): string[] => {
  const runs = path.join(cwd, folder, 'runs')
  return existsSync(runs) ? readdirSync(runs).sort() : []
}

const newest = (): string => path.join(cwd, 'a.aepo/runs', runsIn('a.aepo').at(-1) ?? '')

const commands = (): string[] =>
  execFileSync('ps', ['-ww', '-eo', 'args'], { encoding: 'utf8' }).split('\n')

it('Ctrl+C stops a run and leaves no process behind; it is resumed, listed, followed and stopped', async () => {
  const first = train(...TINY, ...ENDLESS)
  await until(
    'the first checkpoint',
    () => metricsOf(newest()).some(({ event }) => event === 'save'),
    LOADING_MS,
  )
  const folder = newest()
  const id = path.basename(folder)
  first.interrupt()
  expect(await first.exited).toEqual([null, 'SIGINT'])
  expect(first.stderr()).toMatch(
    `aepo train FILE --resume ${id} continues from its last checkpoint.`,
  )
  expect(commands().filter((command) => command.includes(id))).toEqual([])

  const again = train('--resume', id)
  await until(
    'a step after the checkpoint',
    () => {
      const seen = metricsOf(folder)
      const start = seen.findIndex(({ event, step }) => event === 'start' && step > 0)
      return start >= 0 && seen.slice(start).some(({ event }) => event === 'log')
    },
    LOADING_MS,
  )
  const { runs } = await aepoJson(['runs', 'a.aepo.json'], { cwd })
  expect(runs).toMatchObject([{ id, state: 'running', title: 'DPO on tiny-random' }])
  const follower = aepo(['follow', 'a.aepo.json'], { cwd })
  const { stdout } = await aepo(['stop', 'a.aepo.json'], { cwd })
  expect(stdout).toMatch(`Run ${id} was stopped. aepo train FILE --resume ${id} continues`)
  expect(await again.exited).toEqual([1, null])
  expect(again.stderr()).toMatch(/step \d+\/100000/)
  expect(again.stderr()).not.toMatch(/step 1\/100000/)
  expect(await follower).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/step \d+\/100000[^]*The run was stopped\./) as unknown,
  })
  expect(commands().filter((command) => command.includes(id))).toEqual([])
  expect((await aepo(['runs', 'a.aepo.json'], { cwd })).stdout).toMatch(
    new RegExp(`^${id} {2}DPO on tiny-random, stopped, step \\d+ of 100000\\n +Loss `),
  )
  expect((await aepo(['stop', 'a.aepo.json'], { cwd })).stderr).toMatch(
    /No training run is running\. Name one with --run\./,
  )
}, 900_000)

it('a renamed curation says that its run continues, stops it under its new name and resumes it', async () => {
  const training = train(...TINY, ...ENDLESS)
  const before = runsIn('a.aepo').length
  await until('a new run', () => runsIn('a.aepo').length > before, LOADING_MS)
  const id = path.basename(newest())
  await until(
    'the first checkpoint',
    () => metricsOf(newest()).some(({ event }) => event === 'save'),
    LOADING_MS,
  )
  renameSync(path.join(cwd, 'a.aepo.json'), path.join(cwd, 'e.aepo.json'))
  renameSync(path.join(cwd, 'a.aepo'), path.join(cwd, 'e.aepo'))
  expect(await training.exited).toEqual([1, null])
  expect(training.stderr()).toMatch(/moved, renamed or deleted\. The run itself continues/)
  await aepoJson(['stop', 'e.aepo.json'], { cwd })
  const { runs } = await aepoJson(['runs', 'e.aepo.json'], { cwd })
  expect((runs as object[]).at(-1)).toMatchObject({ id, state: 'stopped', resumable: true })
  expect(commands().filter((command) => command.includes(id))).toEqual([])

  rmSync(path.join(cwd, 'e.aepo/runs', id, 'run.json'))
  writeFileSync(path.join(cwd, 'e.aepo/runs', id, 'run.json'), '{')
  const broken = await aepo(['train', 'e.aepo.json', '--resume', id, '--python', python], { cwd })
  expect(broken.stderr).toMatch(
    /run\.json: This file does not describe .*: it is not JSON\. Restore/,
  )
}, 900_000)
