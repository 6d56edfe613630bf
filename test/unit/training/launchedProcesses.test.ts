// The number of processes that a configuration file of accelerate gives a run.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { launchedProcesses } from '../../../src/core/training/accelerateConfig'
import { withLaunchedProcesses } from '../../../src/training/launchedProcesses'
import { runsFolder } from './support/runs'

it.each([
  ['distributed_type: MULTI_GPU\nnum_processes: 4\n', 4],
  ['num_processes: 8 # on two hosts\nnum_machines: 2\ndistributed_type: FSDP\n', 8],
  ['{"distributed_type": "DEEPSPEED", "num_processes": 2}', 2],
  ['{\n  "num_processes": 2,\n  "distributed_type": "MULTI_GPU"\n}', 2],
  ["distributed_type: 'NO'\nnum_processes: 4\n", 1],
  ['distributed_type: NO\nnum_processes: 4\n', 1],
  ['distributed_type: MULTI_GPU\n# num_processes: 4\n', null],
  ['distributed_type: MULTI_GPU\nnum_processes: -1\n', null],
  ['', null],
])('of %j it is %j', (text, count) => {
  expect(launchedProcesses(text)).toBe(count)
})

it('a file gives the number where none was given', () => {
  const folder = runsFolder()
  const accelerateConfig = path.join(folder, 'accelerate.yaml')
  writeFileSync(accelerateConfig, 'distributed_type: MULTI_GPU\nnum_processes: 4\n')
  expect(withLaunchedProcesses({ accelerateConfig })).toMatchObject({ processes: '4' })
  expect(withLaunchedProcesses({ accelerateConfig, processes: '1' })['processes']).toBe('4')
  expect(withLaunchedProcesses({ accelerateConfig, processes: '2' })['processes']).toBe('2')
  expect(withLaunchedProcesses({ accelerateConfig, processes: 'x' })['processes']).toBe('x')
  expect(withLaunchedProcesses({ beta: '1' })).toEqual({ beta: '1' })
})

it('a file that is not here gives none', () => {
  const folder = runsFolder()
  mkdirSync(path.join(folder, 'sub'))
  for (const name of ['sub', 'missing.yaml']) {
    const given = { accelerateConfig: path.join(folder, name) }
    expect(withLaunchedProcesses(given)).toEqual(given)
  }
})
