// Training runs as the window follows them, without VS Code. Shell scripts stand in for Python.
import { renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { Curation } from '../../../src/curation/curation'
import { FollowedRuns } from '../../../src/host/followedRuns'
import { resumeRun } from '../../../src/training/launch'
import { until } from '../../support/until'
import {
  addCheckpoint,
  earlierRun,
  newCuration,
  runner,
  runsFolder,
  WAITING,
} from '../training/support/runs'

const ID = '2026-11-24T10-00-00-dpo'
const LATER = '2026-11-25T10-00-00-dpo'
const START = { event: 'start', step: 0 }

interface Followed {
  curation: Curation
  runs: FollowedRuns
  /** What the log got. */
  said: string[]
  /** The files whose runs were said to have changed. */
  changes: string[]
}

async function followed(): Promise<Followed> {
  const curation = await newCuration(runsFolder())
  const said: string[] = []
  const say = (sentence: string): number => said.push(sentence)
  const runs = new FollowedRuns({ info: say, warn: say })
  onTestFinished(() => runs.dispose())
  const changes: string[] = []
  runs.onChange((file) => changes.push(file))
  return { curation, runs, said, changes }
}

/** The folder of a run that is started again and waits. */
async function begun({ curation, runs }: Followed, script = WAITING): Promise<string> {
  const folder = earlierRun(curation.paths.runs, [START])
  addCheckpoint(folder)
  const run = await resumeRun(folder, runner(curation.paths.base, script))
  onTestFinished(() => run.stop())
  runs.add(curation.paths.file, run)
  return folder
}

const ids = ({ runs, curation }: Followed): string[] =>
  runs.all(curation).map(({ file }) => file.id)

it('finds the runs on disk in order, and names those that cannot be read', async () => {
  const all = await followed()
  const { curation, runs, said } = all
  for (const id of [LATER, ID]) earlierRun(curation.paths.runs, [START], id)
  const broken = earlierRun(curation.paths.runs, [START], '2026-11-26T10-00-00-dpo')
  writeFileSync(path.join(broken, 'run.json'), '{')
  await runs.attach(curation)
  expect(ids(all)).toEqual([ID, LATER])
  expect(runs.find(curation, LATER)?.file.id).toBe(LATER)
  expect(runs.views(curation)).toHaveLength(3)
  expect(said).toEqual([expect.stringContaining(broken)])
  expect(runs.liveFiles()).toEqual([])
})

it('a live run keeps the curation busy, is followed once, and is told of until its end', async () => {
  const all = await followed()
  const { curation, runs, said, changes } = all
  const { file } = curation.paths
  const folder = await begun(all, 'while [ ! -e end ]; do sleep 0.02; done; exit 1')
  const [before] = runs.all(curation)
  await runs.attach(curation)
  expect(runs.all(curation)).toEqual([before])
  expect(runs.all(curation)[0]).toBe(before)
  expect(runs.liveFiles()).toEqual([file])
  expect(() => runs.mustBeIdle(file)).toThrow(ID)
  writeFileSync(path.join(folder, 'end'), '')
  await until('the end of the run', () => said.length > 0)
  expect(said).toEqual([`run ${ID}: failed`])
  expect(runs.liveFiles()).toEqual([])
  expect(() => runs.mustBeIdle(file)).not.toThrow()
  expect(new Set(changes)).toEqual(new Set([file]))
})

it('a run whose folder is moved is no longer followed', async () => {
  const all = await followed()
  const { curation, said } = all
  const folder = await begun(all)
  const moved = path.join(curation.paths.base, 'moved')
  renameSync(folder, moved)
  onTestFinished(() => renameSync(moved, folder)) // before the run is stopped
  await until('the loss of the run', () => said.length > 0)
  expect(said[0]).toMatch(`run ${ID}: `)
  expect(ids(all)).toEqual([])
})

it('a run that is stopped is told of at once', async () => {
  const all = await followed()
  const { curation, runs, changes } = all
  await begun(all)
  changes.length = 0
  await runs.stop(curation.paths.file)
  expect(changes.at(-1)).toBe(curation.paths.file)
  expect(runs.all(curation)[0]?.state).toBe('stopped')
})
