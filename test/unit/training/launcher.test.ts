// What the runner is started with, and that a stop reaches the whole process group.
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, expect, it, onTestFinished, vi } from 'vitest'
import { isRunnerAlive, type LaunchOptions, launchRun } from '../../../src/processes/pythonRunner'
import { isAlive, stopProcessGroup } from '../../../src/processes/processGroup'
import { until } from '../../support/until'

/** Writes down how it was called. */
const RECORDING = `#!/bin/sh
printf '%s\\n' "$@" > called
env > unfinished && mv unfinished environment
`

it('the runner is started in the folder of its run, with the sources and the hub it is given', async () => {
  vi.stubEnv('HF_ENDPOINT', 'https://a')
  vi.stubEnv('HOME', '/h')
  vi.stubEnv('PYTHONDONTWRITEBYTECODE', '1')
  vi.stubEnv('PYTHONPYCACHEPREFIX', '')
  const { runFolder } = await startedRun(RECORDING, undefined, { hub: 'https://b', resume: true })
  const environment = await until('the end of the runner', () =>
    existsSync(path.join(runFolder, 'environment'))
      ? readFileSync(path.join(runFolder, 'environment'), 'utf8').split('\n')
      : null,
  )
  expect(readFileSync(path.join(runFolder, 'called'), 'utf8').trim().split('\n')).toEqual([
    '-m',
    'aepo_training',
    'train',
    '--run-dir',
    runFolder,
    '--resume',
  ])
  expect(environment).toEqual(
    expect.arrayContaining([
      'HOME=/h',
      'HF_ENDPOINT=https://b',
      'HF_HUB_DISABLE_TELEMETRY=1',
      `PYTHONPATH=${path.join(runFolder, 'src')}`,
      'PYTHONDONTWRITEBYTECODE=',
      `PYTHONPYCACHEPREFIX=${path.join(runFolder, 'cache', 'bytecode')}`,
    ]),
  )
})

it('a process that launched a runner can end before the runner does', async () => {
  const { runFolder, pid } = await startedRun(WAITING)
  expect(await isRunnerAlive(pid, runFolder)).toBe(true)
  const active = process.getActiveResourcesInfo().filter((name) => name === 'ProcessWrap')
  expect(active).toEqual([])
})

/** Stands in for Python: ignores requests to end, and has a child that does so too. */
const STUBBORN = `#!/bin/sh
trap '' TERM
sh -c 'trap "" TERM; echo $$ > child; while :; do sleep 1; done' "$@" &
while :; do sleep 1; done
`

/** Waits without a child for what nobody writes. */
const WAITING = '#!/bin/sh\nread line < nothing\n'

/** A run in a folder of its own, which a test may place. */
async function startedRun(
  script: string,
  parent = mkdtempSync(path.join(os.tmpdir(), 'aepo-run-')),
  options: Partial<LaunchOptions> = {},
): Promise<{ pid: number; runFolder: string }> {
  const runFolder = path.join(parent, `2026-11-24T10-00-0${++started}-dpo`)
  mkdirSync(runFolder, { recursive: true })
  execFileSync('mkfifo', [path.join(runFolder, 'nothing')])
  const python = path.join(runFolder, 'python')
  writeFileSync(python, script, { mode: 0o755 })
  const pid = await launchRun({
    python,
    trainingFolder: runFolder,
    cache: path.join(runFolder, 'cache'),
    runFolder,
    logFile: path.join(runFolder, 'log.txt'),
    ...options,
  })
  onTestFinished(() => stopProcessGroup(pid, 0))
  return { pid, runFolder }
}
let started = 0

afterEach(() => {
  vi.unstubAllEnvs()
  vi.restoreAllMocks()
})

it('a stop ends the runner and its children, also when they ignore the request', async () => {
  const { pid, runFolder } = await startedRun(STUBBORN)
  const childFile = path.join(runFolder, 'child')
  const child = await until('the child', () =>
    existsSync(childFile) ? Number(readFileSync(childFile, 'utf8').trim()) : 0,
  )
  expect(await isRunnerAlive(pid, runFolder)).toBe(true)
  await stopProcessGroup(pid, 100)
  expect(await isRunnerAlive(pid, runFolder)).toBe(false)
  expect(() => process.kill(child, 0)).toThrow(/ESRCH/)
})

it('another process with the runner’s number is not the runner, be it the runner of another run', async () => {
  const { pid, runFolder } = await startedRun(WAITING)
  expect(await isRunnerAlive(pid, runFolder)).toBe(true)
  expect(await isRunnerAlive(pid, `${runFolder}-2`)).toBe(false)
  const other = spawn('sleep', ['30'], { detached: true, stdio: 'ignore' })
  onTestFinished(() => void other.kill())
  expect(await isRunnerAlive(other.pid ?? 0, runFolder)).toBe(false)
})

it.runIf(process.platform === 'linux')(
  'a runner is alive while it becomes its launcher of several processes',
  async () => {
    // A process that executes a program has no command line for a moment: here 1 in 70 looks.
    const { pid, runFolder } = await startedRun('#!/bin/sh\nexec "$0" "$@"\n')
    for (let look = 0; look < 1000; look++) expect(await isRunnerAlive(pid, runFolder)).toBe(true)
  },
)

it.runIf(process.platform === 'linux')(
  'a process that has ended is not alive while nobody has waited for it',
  async () => {
    // It ends once its parent is a program that waits for no child.
    const script =
      "setsid sh -c 'until grep -q sleep /proc/$PPID/comm; do :; done' & echo $!; exec sleep 60"
    const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] })
    onTestFinished(() => void parent.kill())
    const [printed] = (await once(parent.stdout, 'data')) as [Buffer]
    const pid = Number(String(printed))
    await until('its end', () => readFileSync(`/proc/${pid}/stat`, 'latin1').includes(') Z '))
    expect(await isAlive(pid, ['sh'])).toBe(false)
  },
)

it.each([process.platform, 'darwin'])(
  'a runner is known in the C locale, on a narrow terminal and without ps, as on %s',
  async (platform) => {
    vi.spyOn(process, 'platform', 'get').mockReturnValue(platform as NodeJS.Platform)
    const { pid, runFolder } = await startedRun(
      WAITING,
      path.join(
        mkdtempSync(path.join(os.tmpdir(), 'aepo-run-')),
        'Präferenzen 選好',
        'far down in folders',
      ),
    )
    vi.stubEnv('LC_ALL', 'C')
    vi.stubEnv('COLUMNS', '40')
    expect(await isRunnerAlive(pid, runFolder)).toBe(true)
    vi.stubEnv('PATH', '')
    expect(await isRunnerAlive(pid, runFolder)).toBe(true)
  },
)

it('a runner is known by whichever path its folder is reached', async () => {
  const { pid, runFolder } = await startedRun(WAITING)
  const link = path.join(mkdtempSync(path.join(os.tmpdir(), 'aepo-link-')), 'runs')
  symlinkSync(path.dirname(runFolder), link)
  expect(await isRunnerAlive(pid, path.join(link, path.basename(runFolder)))).toBe(true)
})

it('an interpreter that is not there rejects the launch', async () => {
  const runFolder = mkdtempSync(path.join(os.tmpdir(), 'aepo-run-'))
  await expect(
    launchRun({
      python: path.join(runFolder, 'none'),
      trainingFolder: runFolder,
      cache: runFolder,
      runFolder,
      logFile: path.join(runFolder, 'log.txt'),
    }),
  ).rejects.toMatchObject({ code: 'ENOENT' })
})
