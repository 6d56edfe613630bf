// Pauses of training runs, and two runs of one curation at once. Shell scripts stand in for Python.
import { existsSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { resumeRun } from '../../../src/training/launch'
import { listRuns, liveRun, runUnderWay } from '../../../src/training/listRuns'
import { runView } from '../../../src/training/runView'
import { TrainingRun } from '../../../src/training/trainingRun'
import {
  addCheckpoint,
  earlierRun,
  ended,
  failureOf,
  runner,
  runsFolder,
  WAITING,
} from './support/runs'

/** Pauses when it may. */
const PAUSING = `while [ ! -e pause ] || [ ! -e step-ended ]; do sleep 0.02; done
mv pause paused
exit 130`

const START = { event: 'start', step: 0 }
const NEVER = new AbortController().signal

let folder: string
beforeEach(() => {
  folder = runsFolder()
})

/** A run that can be resumed. */
function resumable(id?: string): string {
  const run = earlierRun(folder, [START], id)
  addCheckpoint(run)
  return run
}

it('a run is pausing until its step ends, then paused and resumable', async () => {
  const place = resumable()
  const run = await resumeRun(place, runner(folder, PAUSING))
  expect(run.state).toBe('running')
  await run.pause()
  expect(runView(run)).toMatchObject({ state: 'pausing', resumable: false })
  writeFileSync(path.join(place, 'step-ended'), '')
  await ended(run)
  expect(runView(run)).toMatchObject({ state: 'paused', resumable: true, failure: null })

  const again = await resumeRun(place, runner(folder, WAITING))
  expect(again.state).toBe('running')
  expect(existsSync(path.join(place, 'paused'))).toBe(false)
  await again.stop()
  expect(again.state).toBe('stopped')
})

it('a run that is stopped while it pauses is stopped; one that dies meanwhile has failed', async () => {
  const place = resumable()
  const stopped = await resumeRun(place, runner(folder, WAITING))
  await stopped.pause()
  await stopped.stop()
  expect(stopped.state).toBe('stopped')

  const died = await resumeRun(
    place,
    runner(folder, 'while [ ! -e pause ]; do sleep 0.02; done; kill -9 $$'),
  )
  await died.pause()
  expect((await ended(died)).state).toBe('failed')
})

it('a run that ended is not paused', async () => {
  const place = resumable()
  const run = await TrainingRun.open(place)
  await run.pause()
  expect(existsSync(path.join(place, 'pause'))).toBe(false)
})

it('a second run of a curation is refused with the name of the first', async () => {
  const first = await resumeRun(resumable('2026-01-01T10-00-00-dpo'), runner(folder, WAITING))
  const second = resumable('2026-01-02T10-00-00-dpo')
  expect(await failureOf(resumeRun(second, runner(folder, WAITING)))).toMatchObject({
    code: 'busy',
    message: 'The training run 2026-01-01T10-00-00-dpo of this curation is running.',
  })
  expect(existsSync(path.join(second, 'process.json'))).toBe(false)
  await first.stop()
})

it('a job of a cluster keeps no run from starting here', async () => {
  const job = resumable('2026-01-01T10-00-00-dpo')
  const holder = { host: 'node1', machine: 'another', pid: 1, job: 'SLURM job 12' }
  writeFileSync(
    path.join(job, 'holder.json'),
    JSON.stringify({ ...holder, since: '2026-01-01T10:00:00Z' }),
  )
  const run = await resumeRun(resumable('2026-01-02T10-00-00-dpo'), runner(folder, WAITING))
  const { runs } = await listRuns(folder)
  expect(runs.map(({ isLive }) => isLive)).toEqual([true, true])
  expect(runUnderWay(runs)?.folder, 'what the window asks').toBe(run.folder)
  expect((await liveRun(folder))?.folder, 'what the command line asks').toBe(run.folder)
  await run.stop()
  await Promise.all(runs.map((each) => each.refresh()))
  expect(runUnderWay(runs)).toBeUndefined()
  expect(await liveRun(folder)).toBeUndefined()
})

it('of several that start at once, one is under way', async () => {
  const places = [1, 2, 3].map((day) => resumable(`2026-01-0${day}T10-00-00-dpo`))
  const waiting = runner(folder, WAITING)
  const results = await Promise.allSettled(places.map((place) => resumeRun(place, waiting)))
  const started = results.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))
  expect(started).toHaveLength(1)
  for (const run of started) await run.stop()
})

it('in a queue the second one waits for the end of the first, and stops waiting when cancelled', async () => {
  const first = await resumeRun(resumable('2026-01-01T10-00-00-dpo'), runner(folder, WAITING))
  const second = resumable('2026-01-02T10-00-00-dpo')
  const cancelled = new AbortController()
  const given = resumeRun(second, runner(folder, WAITING), {
    signal: cancelled.signal,
    onWait: () => cancelled.abort(),
  })
  await expect(given).rejects.toThrow()
  let waiting: ReturnType<typeof resumeRun> | undefined
  await new Promise<void>((resolve) => {
    const queue = { signal: NEVER, onWait: () => resolve() }
    waiting = resumeRun(second, runner(folder, WAITING), queue)
  })
  expect(existsSync(path.join(second, 'process.json'))).toBe(false)
  await first.stop()
  const run = await waiting
  expect(run?.isLive).toBe(true)
  await run?.stop()
})
