// A job on two hosts, which are this machine twice: two launchers that meet, one run.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it, onTestFinished } from 'vitest'
import { installPython } from '../../scripts/lib/python.mjs'
import { aepoJson } from '../support/command'
import { fakeSlurm } from '../support/fakeSlurm'
import { until } from '../support/until'
import {
  annotate,
  judgedCuration,
  largestDifference,
  LOADING_MS,
  metricsOf,
  TINY,
  valuesOf,
} from './support/training'

/** The same rows a step, in one process or in two; so many that no step has a row less. */
const STEPS = [
  ...TINY,
  ...['maxSteps=20', 'saveSteps=1000', 'heldOut=0', 'regression=false'].flatMap((one) => [
    '--set',
    one,
  ]),
]
const ALONE = [...STEPS, '--set', 'batchSize=2']
const TOGETHER = [...STEPS, '--set', 'batchSize=1', '--set', 'processes=2']
/** Rounding: the rows of a step are padded and summed in another order. */
const TOLERANCE = 1e-4

let python: string
let cwd: string
beforeAll(async () => {
  python = await installPython()
  cwd = await judgedCuration(10)
  await annotate(cwd)
})

it('a job on two hosts pauses at the time limit, and submitted again ends as one process does', async () => {
  const train = (args: string[]): Promise<Record<string, unknown>> =>
    aepoJson(['train', 'a.aepo.json', ...args, '--python', python], { cwd })
  const { run: id } = await train([...TOGETHER, '--job', 'slurm', '--hosts', '2', '--to', 'job.sh'])
  const run = path.join(cwd, 'a.aepo/runs', String(id))
  const submit = (): ReturnType<typeof spawn> => {
    const { sbatch, env } = fakeSlurm(cwd)
    const options = { cwd, env: { ...env, AEPO_PYTHON: python }, stdio: 'inherit' } as const
    const job = spawn(sbatch, ['job.sh'], options)
    onTestFinished(() => void job.kill('SIGTERM'))
    return job
  }
  const first = submit()
  const ended = once(first, 'exit')
  const log = path.join(run, 'metrics.jsonl')
  await until(
    'the first step',
    () => existsSync(log) && metricsOf(run).some(({ event }) => event === 'log'),
    LOADING_MS,
  )
  first.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  expect(existsSync(path.join(run, 'paused'))).toBe(true)
  expect(metricsOf(run).at(-1)?.event).toBe('save')

  expect(await once(submit(), 'exit')).toEqual([0, null])
  const { run: alone } = await train(ALONE)
  const other = path.join(cwd, 'a.aepo/runs', String(alone))
  for (const figure of ['loss', 'rewardMargin']) {
    const [ours, theirs] = [run, other].map((folder) => valuesOf(folder, 'log', figure))
    expect(ours).toHaveLength(20)
    const differences = ours?.map((value, step) => Math.abs(value - (theirs?.[step] ?? NaN))) ?? []
    expect(Math.max(...differences), differences.join()).toBeLessThan(TOLERANCE)
  }
  const [ours, theirs] = [run, other].map((folder) =>
    path.join(folder, 'model/adapter_model.safetensors'),
  ) as [string, string]
  expect(largestDifference(ours, theirs)).toBeLessThan(TOLERANCE)
}, 900_000)
