// What the runner is started with, and that a stop reaches the whole process group.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { isRunnerAlive, launchRun, runnerArguments, runnerEnvironment, stopProcessGroup } from '../../../src/training/launcher'
import { until } from '../../vscode/support/until'

it('the runner is a module of the extension’s own sources', () => {
  expect(runnerArguments('/w/a.aepo/runs/1')).toEqual(['-m', 'aepo_training', 'train', '--run-dir', '/w/a.aepo/runs/1'])
  expect(runnerEnvironment({ HOME: '/h' }, '/x/training')).toMatchObject({ HOME: '/h', PYTHONPATH: path.join('/x/training', 'src'), HF_HUB_DISABLE_TELEMETRY: '1' })
})

/** Stands in for Python: ignores requests to end, and has a child that does so too. */
const STUBBORN = `#!/bin/sh
trap '' TERM
sh -c 'trap "" TERM; echo $$ > child; while :; do sleep 1; done' "$@" &
while :; do sleep 1; done
`

it('a stop ends the runner and its children, also when they ignore the request', async () => {
  const runFolder = mkdtempSync(path.join(os.tmpdir(), 'aepo-run-'))
  const python = path.join(runFolder, 'python')
  writeFileSync(python, STUBBORN, { mode: 0o755 })
  const run = await launchRun({ python, trainingFolder: runFolder, runFolder, logFile: path.join(runFolder, 'log.txt') })
  const childFile = path.join(runFolder, 'child')
  await until('the child', () => existsSync(childFile) && readFileSync(childFile, 'utf8').trim() !== '')
  const child = Number(readFileSync(childFile, 'utf8'))
  expect(await isRunnerAlive(run.pid, runFolder)).toBe(true)
  await stopProcessGroup(run.pid, 100)
  expect(await run.ended).toBe('SIGKILL')
  expect(await isRunnerAlive(run.pid, runFolder)).toBe(false)
  expect(() => process.kill(child, 0)).toThrow(/ESRCH/)
})

it('another process with the runner’s number is not the runner', async () => {
  const other = spawn('sleep', ['30'], { detached: true, stdio: 'ignore' })
  expect(await isRunnerAlive(other.pid ?? 0, '/w/a.aepo/runs/1')).toBe(false)
  other.kill()
})

it('an interpreter that is not there rejects the launch', async () => {
  const runFolder = mkdtempSync(path.join(os.tmpdir(), 'aepo-run-'))
  await expect(launchRun({ python: path.join(runFolder, 'none'), trainingFolder: runFolder, runFolder, logFile: path.join(runFolder, 'log.txt') })).rejects.toMatchObject({ code: 'ENOENT' })
})
