// Training runs through their folders: shell scripts stand in for Python.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { hyperparametersSchema, type RunFile } from '../../../src/core/formats/run'
import { Curation } from '../../../src/curation/curation'
import { importCandidates } from '../../../src/curation/importCandidates'
import { annotateOpen } from '../../../src/curation/annotators/annotateOpen'
import { rule } from '../../../src/curation/annotators/rule'
import { TrainingRun } from '../../../src/training/run'
import { selectAll } from '../../../src/curation/select'
import type { Runner } from '../../../src/processes/pythonRunner'
import { until } from '../../vscode/support/until'
import { FakeEngine } from './support/fakeEngine'

/** Waits without a child for what nobody writes. */
const WAITING = 'read line < nothing'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'aepo-runs-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})

function runner(script: string): Runner {
  const python = path.join(folder, 'python')
  writeFileSync(python, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return { python, trainingFolder: folder }
}

/** A run that was begun some time ago. */
function earlierRun(metrics: readonly object[] = []): string {
  const run = path.join(folder, '2026-11-24T10-00-00-dpo')
  mkdirSync(run)
  execFileSync('mkfifo', [path.join(run, 'nothing')])
  const file: RunFile = {
    version: 1,
    id: path.basename(run),
    method: 'dpo',
    model: '/m/tiny',
    dataset: '/d.jsonl',
    datasetSha256: '0'.repeat(64),
    hyperparameters: hyperparametersSchema.parse({}),
  }
  writeFileSync(path.join(run, 'run.json'), JSON.stringify(file))
  writeFileSync(
    path.join(run, 'metrics.jsonl'),
    metrics.map((metric) => `${JSON.stringify({ totalSteps: 8, time: 0, ...metric })}\n`).join(''),
  )
  return run
}

async function labelledCuration(): Promise<Curation> {
  const prompts = ['Name a river.', 'Name a tree.']
  writeFileSync(
    path.join(folder, 'p.jsonl'),
    prompts.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''),
  )
  writeFileSync(
    path.join(folder, 'c.jsonl'),
    prompts
      .map(
        (prompt) =>
          `${JSON.stringify({ prompt, responses: [{ text: `${prompt} A good long answer.` }, { text: 'Short but not too short.' }] })}\n`,
      )
      .join(''),
  )
  writeFileSync(
    path.join(folder, 'a.aepo.json'),
    JSON.stringify({ version: 1, prompts: 'p.jsonl', sampling: { n: 2 } }),
  )
  const curation = await Curation.open(path.join(folder, 'a.aepo.json'), {
    annotator: 'ann',
    onMessage: () => undefined,
    now: () => new Date(0),
  })
  await importCandidates(curation, path.join(folder, 'c.jsonl'))
  await selectAll(curation, new FakeEngine(), {
    signal: new AbortController().signal,
    onActivity: () => undefined,
  })
  await annotateOpen(curation, rule('longest'), new AbortController().signal)
  return curation
}

async function ended(run: TrainingRun): Promise<TrainingRun> {
  await until('the end of the run', async () => {
    await run.refresh()
    return run.state !== 'starting' && run.state !== 'running'
  })
  return run
}

it('a run that ended early can be resumed when it left a checkpoint', async () => {
  const log = { event: 'log', step: 2 }
  expect(
    (await TrainingRun.open(earlierRun([{ event: 'start', step: 0 }, log]))).view(),
  ).toMatchObject({ state: 'failed', resumable: false })
  rmSync(path.join(folder, '2026-11-24T10-00-00-dpo'), { recursive: true })
  expect(
    (
      await TrainingRun.open(
        earlierRun([{ event: 'start', step: 0 }, log, { event: 'save', step: 2 }]),
      )
    ).view(),
  ).toMatchObject({ state: 'failed', resumable: true })
})

it('two runs started in one second have a folder each', async () => {
  const curation = await labelledCuration()
  const request = {
    method: 'dpo',
    model: '/m/tiny',
    hyperparameters: hyperparametersSchema.parse({}),
  } as const
  const python = runner('exit 0')
  const runs = await Promise.all(
    [1, 2, 3].map(() =>
      TrainingRun.start(curation, request, python, new Date(Date.UTC(2026, 10, 24))),
    ),
  )
  expect(runs.map(({ file }) => file.id).sort()).toEqual([
    '2026-11-24T00-00-00-dpo',
    '2026-11-24T00-00-00-dpo-2',
    '2026-11-24T00-00-00-dpo-3',
  ])
  expect(runs.map((run) => path.basename(run.folder))).toEqual(runs.map(({ file }) => file.id))
  expect(runs.map((run) => run.view().startedAt)).toEqual(Array(3).fill('2026-11-24T00:00:00Z'))
})

it('a runner that cannot be recorded is stopped', async () => {
  const run = earlierRun()
  mkdirSync(path.join(run, 'process.json'))
  await expect(TrainingRun.resume(run, runner(WAITING))).rejects.toMatchObject({ code: 'EISDIR' })
  expect(execFileSync('ps', ['-ww', '-eo', 'args'], { encoding: 'utf8' })).not.toContain(run)
})

it('a run that was killed is said to have been, with the end of its log', async () => {
  const run = await ended(
    await TrainingRun.resume(
      earlierRun(),
      runner(String.raw`printf 'loading\nweights: 10%%\rweights: 20%%\r'; kill -9 $$`),
    ),
  )
  expect(run.failure?.message).toBe(
    'The run ended before it could say why; it was killed, perhaps for lack of memory. Its log ends: weights: 20%',
  )
})

it('the reason that the runner gave is the reason', async () => {
  const run = await ended(
    await TrainingRun.resume(
      earlierRun(),
      runner('echo "The loss is not a number." > failed; echo "a last line"; exit 1'),
    ),
  )
  expect(run.failure).toMatchObject({ message: 'The loss is not a number.', where: 'tiny' })
})

it('a stopped run that goes on is no longer stopped; one that goes on or is finished is not resumed', async () => {
  const folder = earlierRun([{ event: 'start', step: 0 }])
  writeFileSync(path.join(folder, 'stopped'), '')
  expect((await TrainingRun.open(folder)).state).toBe('stopped')
  const python = runner(WAITING)
  const run = await TrainingRun.resume(folder, python)
  await expect(TrainingRun.resume(folder, python)).rejects.toMatchObject({
    failure: { code: 'busy' },
  })
  await run.stop()
  expect(run.state).toBe('stopped')
  const finished = await ended(
    await TrainingRun.resume(
      folder,
      runner(`echo '{"event":"end","step":8,"totalSteps":8,"time":1}' >> metrics.jsonl`),
    ),
  )
  expect(finished.state).toBe('finished')
  await expect(TrainingRun.resume(folder, python)).rejects.toMatchObject({
    failure: { code: 'bad-input' },
  })
})

it('after a resume the steps after the checkpoint are gone, and its own is kept', async () => {
  const log = (step: number, loss: number): object => ({
    event: 'log',
    step,
    loss,
    rewardMargin: 0,
  })
  const run = await TrainingRun.open(
    earlierRun([
      { event: 'start', step: 0 },
      log(1, 0.5),
      log(2, 0.4),
      log(3, 0.3),
      { event: 'start', step: 2 },
    ]),
  )
  expect(run.view().points).toEqual([
    { step: 1, loss: 0.5, rewardMargin: 0 },
    { step: 2, loss: 0.4, rewardMargin: 0 },
  ])
  expect(run.view().step).toBe(2)
})
