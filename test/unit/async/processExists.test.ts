// Processes by id: this one, one that ended, and one of another user.
import { spawnSync } from 'node:child_process'
import { expect, it, onTestFinished, vi } from 'vitest'
import { processExists } from '../../../src/async/processExists'

it('knows a process that lives from one that ended', () => {
  expect(processExists(process.pid)).toBe(true)
  expect(processExists(spawnSync(process.execPath, ['--version']).pid)).toBe(false)
})

it('takes a process that may not be signalled for one that lives', () => {
  // Root may signal every process, and tests may run as root.
  const kill = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' })
  })
  onTestFinished(() => kill.mockRestore())
  expect(processExists(1)).toBe(true)
})
