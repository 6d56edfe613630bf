// Training runs through their folders: state, stop, resumption, and what is said of their ends.
import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { afterStop } from '../../../src/core/training/state'
import { resumeRun } from '../../../src/training/launch'
import { findRun, listRuns } from '../../../src/training/listRuns'
import { runView } from '../../../src/training/runView'
import { TrainingRun } from '../../../src/training/trainingRun'
import {
  addCheckpoint,
  earlierRun,
  ended,
  failureOf,
  runFile,
  runner,
  runsFolder,
  WAITING,
} from './support/runs'

let folder: string
beforeEach(() => {
  folder = runsFolder()
})

const START = { event: 'start', step: 0 }

/** A run that left a checkpoint, continued by this script. */
async function resumed(script: string): Promise<TrainingRun> {
  const run = earlierRun(folder, [START])
  addCheckpoint(run)
  return ended(await resumeRun(run, runner(folder, script)))
}

it('a run that ended early can be resumed when it left a whole checkpoint', async () => {
  const run = earlierRun(folder, [START, { event: 'save', step: 2 }])
  expect(runView(await TrainingRun.open(run))).toMatchObject({ state: 'failed', resumable: false })
  mkdirSync(path.join(run, 'checkpoints/checkpoint-2'), { recursive: true })
  expect(runView(await TrainingRun.open(run))).toMatchObject({ resumable: false })
  addCheckpoint(run)
  expect(runView(await TrainingRun.open(run))).toMatchObject({ state: 'failed', resumable: true })
})

it('without a checkpoint neither the advice nor the resumption promises one', async () => {
  const run = earlierRun(folder, [START])
  writeFileSync(path.join(run, 'stopped'), '')
  const { isResumable, file } = await TrainingRun.open(run)
  expect(afterStop(file.id, isResumable)).toMatch(/no checkpoint yet.*start a new run/)
  expect(await failureOf(resumeRun(run, runner(folder, 'exit 0')))).toMatchObject({
    code: 'bad-input',
    message: 'The run has no checkpoint to resume from.',
    remedy: 'Start a new run.',
  })
  addCheckpoint(run)
  expect(afterStop(file.id, (await TrainingRun.open(run)).isResumable)).toMatch(/--resume/)
})

it('a runner that cannot be recorded is stopped', async () => {
  const run = earlierRun(folder)
  addCheckpoint(run)
  mkdirSync(path.join(run, 'process.json'))
  await expect(resumeRun(run, runner(folder, WAITING))).rejects.toMatchObject({ code: 'EISDIR' })
  expect(execFileSync('ps', ['-ww', '-eo', 'args'], { encoding: 'utf8' })).not.toContain(run)
})

it('a run that was killed is said to have been, with the end of its log', async () => {
  const run = await resumed(
    String.raw`printf 'loading\nweights: 10%%\rweights: 20%%\r'; kill -9 $$`,
  )
  expect(run.failure).toMatchObject({
    code: 'training-failed',
    message:
      'The run ended without saying why: its process was killed, often for lack of memory. Its log ends: weights: 20%',
    remedy: expect.stringContaining('resume the run from its last checkpoint') as unknown,
  })
})

it('the failure that the runner recorded is the failure', async () => {
  const record = { code: 'disk-full', message: 'The disk is full.', remedy: 'Free some space.' }
  const run = await resumed(`echo '${JSON.stringify(record)}' > failed; echo "a last line"; exit 1`)
  expect(run.failure).toEqual({ ...record, where: '2026-11-24T10-00-00-dpo' })
})

it('a recorded failure is put together from its texts', async () => {
  const texts = {
    message: [
      { template: '{kept} of {rows} rows can be trained.', values: { kept: '1', rows: '3' } },
      { template: 'Two are left out.', values: {} },
    ],
    remedy: [{ template: 'Raise {name}.', values: { name: 'maxLength' } }],
  }
  const record = { code: 'bad-input', message: 'English.', remedy: 'English.', texts }
  const run = await resumed(`echo '${JSON.stringify(record)}' > failed; exit 2`)
  expect(run.failure).toEqual({
    code: 'bad-input',
    message: '1 of 3 rows can be trained. Two are left out.',
    remedy: 'Raise maxLength.',
    where: '2026-11-24T10-00-00-dpo',
  })
})

it('a run that moved no weight is finished with a warning', async () => {
  const warning = 'The run did not change the model: raise the learning rate.'
  const end = { event: 'end', step: 8, totalSteps: 8, time: 1, moved: false, warning }
  const run = await resumed(`echo '${JSON.stringify(end)}' >> metrics.jsonl`)
  expect(runView(run)).toMatchObject({ state: 'finished', warning, failure: null })
})

it('a stopped run that is resumed is no longer stopped; a live or finished one is not resumed', async () => {
  const run = earlierRun(folder, [START])
  addCheckpoint(run)
  writeFileSync(path.join(run, 'stopped'), '')
  expect((await TrainingRun.open(run)).state).toBe('stopped')
  const waiting = runner(folder, WAITING)
  const live = await resumeRun(run, waiting)
  expect(await failureOf(resumeRun(run, waiting))).toMatchObject({ code: 'busy' })
  await live.stop()
  expect(live.state).toBe('stopped')
  const end = '{"event":"end","step":8,"totalSteps":8,"time":1}'
  const finished = await ended(
    await resumeRun(run, runner(folder, `echo '${end}' >> metrics.jsonl`)),
  )
  expect(finished.state).toBe('finished')
  expect(await failureOf(resumeRun(run, waiting))).toMatchObject({ code: 'bad-input' })
})

it('a run whose folder is renamed while it runs says so, and is stopped in its new place', async () => {
  const run = earlierRun(path.join(folder, 'c.aepo/runs'), [START])
  addCheckpoint(run)
  const live = await resumeRun(run, runner(folder, WAITING))
  renameSync(path.join(folder, 'c.aepo'), path.join(folder, 'e.aepo'))
  expect(await failureOf(live.refresh())).toMatchObject({
    code: 'not-found',
    where: run,
    remedy: expect.stringContaining('The run itself continues') as unknown,
  })
  const moved = await findRun(path.join(folder, 'e.aepo/runs'), path.basename(run))
  expect(moved.isLive).toBe(true)
  await moved.stop()
  expect(runView(moved)).toMatchObject({ state: 'stopped', resumable: true })
})

it.each([
  ['{"version": 1', /it is not JSON\.$/],
  [JSON.stringify({ ...runFile(), method: 'ppo' }), /method has no known value\./],
  [JSON.stringify({ ...runFile(), own: { beta: 'high' } }), /own\.beta must be a number\./],
  [JSON.stringify({ ...runFile(), dataset: '/d.jsonl' }), /dataset must be "data\.jsonl"\./],
  [JSON.stringify({ ...runFile(), model: undefined }), /model must be a string\./],
])('a broken run.json is named with its place and a remedy: %s', async (text, message) => {
  const run = earlierRun(folder)
  const where = path.join(run, 'run.json')
  writeFileSync(where, text)
  const failure = {
    code: 'bad-input',
    where,
    message: expect.stringMatching(message) as unknown,
    remedy: expect.any(String) as unknown,
  }
  expect(await failureOf(TrainingRun.open(run))).toMatchObject(failure)
  expect(await listRuns(folder)).toMatchObject({
    runs: [],
    unreadable: [{ id: path.basename(run), failure }],
  })
})

it('a folder without run.json is listed as unreadable; one that was never launched is not listed', async () => {
  const run = earlierRun(folder)
  rmSync(path.join(run, 'run.json'))
  expect((await listRuns(folder)).unreadable).toMatchObject([{ failure: { code: 'not-found' } }])
  rmSync(path.join(run, 'log.txt'))
  rmSync(path.join(run, 'metrics.jsonl'))
  expect(await listRuns(folder)).toEqual({ runs: [], unreadable: [] })
})

it('a run that is not there is named with those that are', async () => {
  earlierRun(folder)
  expect(await failureOf(findRun(folder, 'other'))).toMatchObject({
    code: 'not-found',
    message: 'There is no run other.',
    remedy: 'The runs are 2026-11-24T10-00-00-dpo.',
  })
})
