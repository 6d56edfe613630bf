// Training runs as jobs of a cluster: the scripts are run here, with shell scripts in the place of
// Python and of the cluster's commands.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import path from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { resumeRun } from '../../../src/training/launch'
import { listRuns } from '../../../src/training/listRuns'
import { prepareRun } from '../../../src/training/prepareRun'
import { TrainingRun } from '../../../src/training/trainingRun'
import { fakeSlurm } from '../../support/fakeSlurm'
import { until } from '../../support/until'
import { FakeEngine } from '../curation/support/fakeEngine'
import {
  failureOf,
  inspectingRunner,
  labelledCuration,
  request,
  runner,
  runsFolder,
} from './support/runs'

const MACHINE = '$(cat /proc/sys/kernel/random/boot_id) $(readlink /proc/self/ns/pid)'
/** Takes the run as the runner does; the job is its seventh argument. */
const HOLDS = `cat > holder.json <<END
{"host":"node1","machine":"${MACHINE}","pid":$$,"since":"2026-01-01T10:00:00Z","job":"$7"}
END
`

const END = '{"event":"end","step":8,"totalSteps":8,"time":1}'

let folder: string
beforeEach(() => {
  folder = runsFolder()
})

/** Prepares a run as a job; the path of its script, and its folder. */
async function prepared(
  kind: 'slurm' | 'ray',
  { hosts = 1, processes = 1 } = {},
): Promise<{ script: string; run: string }> {
  const curation = await labelledCuration(folder)
  const python = inspectingRunner(folder)
  const sources = path.join(python.trainingFolder, 'src/aepo_training')
  mkdirSync(path.join(sources, '__pycache__'), { recursive: true })
  writeFileSync(path.join(sources, 'cli.py'), '')
  writeFileSync(path.join(python.trainingFolder, 'requirements.lock'), '')
  const run = await prepareRun(curation, request(2, { processes }), {
    runner: python,
    engine: () => new FakeEngine(),
    signal: new AbortController().signal,
    now: new Date(0),
    isElsewhere: true,
  })
  mkdirSync(path.join(folder, 'jobs here'))
  const script = path.join(folder, 'jobs here/job.sh')
  const id = await run.asJob(kind, script, hosts)
  return { script, run: path.join(curation.paths.runs, id) }
}

it.each([
  [true, ['--elsewhere']],
  [false, []],
])('elsewhere: %j; this interpreter is asked accordingly', async (isElsewhere, options) => {
  const curation = await labelledCuration(folder)
  const asked = path.join(folder, 'asked')
  const { python } = inspectingRunner(folder)
  const run = await prepareRun(curation, request(), {
    runner: runner(folder, `echo "$@" > '${asked}'; exec '${python}' "$@"`),
    engine: () => new FakeEngine(),
    signal: new AbortController().signal,
    now: new Date(0),
    isElsewhere,
  })
  expect(readFileSync(asked, 'utf8').trim().split(' ').slice(7)).toEqual(options)
  await run.discard()
})

/** An environment whose Python is this script. */
const withPython = (script: string): NodeJS.ProcessEnv => ({
  ...process.env,
  AEPO_PYTHON: runner(folder, script).python,
})

it('a script for SLURM trains the run, wherever its folder was copied to', async () => {
  const { script, run } = await prepared('slurm')
  expect(readFileSync(script, 'utf8')).toMatch(/^#!.*\n[^]*#SBATCH --gres=gpu:1\n/)
  expect(existsSync(path.join(run, 'job/aepo_training/cli.py'))).toBe(true)
  expect(existsSync(path.join(run, 'job/aepo_training/__pycache__'))).toBe(false)
  expect(readFileSync(script, 'utf8')).not.toContain(folder)
  const copy = path.join(runsFolder(), 'copy')
  cpSync(folder, copy, { recursive: true })
  const there = run.replace(folder, copy)
  const env = {
    ...withPython(
      `echo "$@" >> called; echo "$PYTHONPATH" >> called; echo '${END}' >> metrics.jsonl`,
    ),
    SLURM_JOB_ID: '12',
    SLURM_SUBMIT_DIR: path.join(copy, 'jobs here'),
  }
  // SLURM runs a copy of the script from a folder of its own
  const spooled = path.join(runsFolder(), 'slurm_script')
  cpSync(script, spooled)
  execFileSync('bash', [spooled], { env })
  expect(readFileSync(path.join(there, 'called'), 'utf8')).toBe(
    `-m aepo_training train --run-dir ${there} --job SLURM job 12\n${there}/job\n`,
  )
  expect((await TrainingRun.open(there)).state).toBe('finished')
})

it('a script for several hosts starts a launcher on each, which meet at the first', async () => {
  const { script, run } = await prepared('slurm', { hosts: 2, processes: 6 })
  const text = readFileSync(script, 'utf8')
  expect(text).toMatch(/#SBATCH --nodes=2\n#SBATCH --ntasks-per-node=1\n[^]*--gres=gpu:3\n/)
  execFileSync('bash', ['-n', script])
  execFileSync('bash', ['-n', path.join(run, 'job/train.sh')])
  const python = withPython('echo "$@" > "called-${11}"')
  const { sbatch, env } = fakeSlurm(folder)
  const options = { env: { ...env, AEPO_PYTHON: python['AEPO_PYTHON'] }, cwd: path.dirname(script) }
  execFileSync(sbatch, ['job.sh'], options)
  for (const rank of ['0', '1'])
    expect(readFileSync(path.join(run, `called-${rank}`), 'utf8')).toBe(
      `-m aepo_training train --run-dir ${run} --job SLURM job 12 --machines 2 --machine-rank ${rank} --meeting 127.0.0.1:20012\n`,
    )
})

it('the hosts of a job end together: where one fails, and at the time limit, when all pause', async () => {
  const { script, run } = await prepared('slurm', { hosts: 2, processes: 2 })
  const { sbatch, env } = fakeSlurm(folder)
  const submit = (runner: string): ChildProcess =>
    spawn(sbatch, ['job.sh'], {
      env: { ...env, AEPO_PYTHON: withPython(runner)['AEPO_PYTHON'] },
      cwd: path.dirname(script),
    })
  const stateOf = async (): Promise<string> => (await TrainingRun.open(run)).state
  const paused = 'until [ -e pause ] || [ -e paused ]; do sleep 0.05; done'
  const waits = `trap "exit 1" TERM; touch "waits-\${11}"; ${paused}`
  const fails = `[ "\${11}" = 0 ] || { until [ -e waits-0 ]; do sleep 0.05; done; exit 1; }; ${waits}`
  expect(await once(submit(fails), 'exit'), 'the end of both').toEqual([1, null])
  expect(await stateOf()).toBe('failed')

  /** What a job exits with that is told to end. */
  const told = async (runner: string): Promise<unknown[]> => {
    for (const rank of ['0', '1']) rmSync(path.join(run, `waits-${rank}`), { force: true })
    const job = submit(runner)
    const ended = once(job, 'exit')
    for (const rank of ['0', '1'])
      await until(`host ${rank}`, () => existsSync(path.join(run, `waits-${rank}`)))
    job.kill('SIGTERM')
    return ended
  }
  expect(await told(`${waits}; exit 2`), 'a failure during a pause').toEqual([2, null])
  expect(await stateOf()).toBe('stopped')
  rmSync(path.join(run, 'pause'))

  expect(await told(`${waits}; [ "\${11}" = 1 ] || mv pause paused; exit 1`)).toEqual([0, null])
  expect(await stateOf()).toBe('paused')
})

it('a script for Ray submits the same command with the path of its folder', async () => {
  const { script, run } = await prepared('ray')
  const bin = path.join(folder, 'fake')
  mkdirSync(bin)
  writeFileSync(path.join(bin, 'ray'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 })
  const said = execFileSync('bash', [script], {
    env: {
      ...process.env,
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      AEPO_PYTHON: '/opt/my python',
    },
    encoding: 'utf8',
  })
  const lines = said.trim().split('\n')
  expect(lines.slice(0, -1)).toEqual([
    ...['job', 'submit', '--entrypoint-num-gpus', '1', '--'],
    ...['env', 'AEPO_PYTHON=/opt/my python', 'bash'],
  ])
  expect(path.resolve(lines.at(-1) ?? '')).toBe(path.join(run, 'job/train.sh'))
})

it('a run is not listed before its job begins; then it is live, here it cannot be stopped, and its end is seen', async () => {
  const { run } = await prepared('slurm')
  expect((await listRuns(path.dirname(run))).runs).toEqual([])
  const job = spawn('bash', [path.join(run, 'job/train.sh')], {
    env: {
      ...withPython(
        `${HOLDS}touch log.txt; trap "rm holder.json; exit 130" TERM; while :; do sleep 0.05; done`,
      ),
      SLURM_JOB_ID: '12',
    },
  })
  const ended = once(job, 'exit')
  await until('the start of the job', () => existsSync(path.join(run, 'log.txt')))
  const [found] = (await listRuns(path.dirname(run))).runs
  expect(found).toMatchObject({ state: 'starting', isLive: true, isHere: false })
  const held = {
    code: 'busy',
    message: expect.stringMatching(
      /^SLURM job 12 has trained this run since .* on node1\)\.$/,
    ) as unknown,
  }
  expect(await failureOf(found?.stop() ?? Promise.resolve())).toMatchObject(held)
  expect(await failureOf(resumeRun(run, runner(folder, 'exit 0')))).toMatchObject(held)
  job.kill('SIGTERM')
  await ended
  await found?.refresh()
  expect(found?.state).toBe('stopped')
})

it('a killed holder is known at once on this machine, and after two minutes without renewal on others', async () => {
  const { run } = await prepared('slurm')
  writeFileSync(path.join(run, 'log.txt'), '')
  const gone = { host: 'node1', pid: 2 ** 22, since: '2026-01-01T10:00:00Z', job: 'SLURM job 12' }
  const holder = path.join(run, 'holder.json')
  const write = (machine: string): void =>
    writeFileSync(holder, JSON.stringify({ ...gone, machine }))
  write('another machine')
  const found = await TrainingRun.open(run)
  expect(found).toMatchObject({ isLive: true, isHere: false })
  const then = Date.now() / 1000 - 121
  utimesSync(holder, then, then)
  await found.refresh()
  expect(found.isLive).toBe(false)
  write(execFileSync('sh', ['-c', `echo ${MACHINE}`], { encoding: 'utf8' }).trim())
  await found.refresh()
  expect(found.isLive, 'no process of this number is a runner').toBe(false)
})
