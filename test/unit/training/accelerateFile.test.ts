// The configuration file of accelerate that a run names: what it decides, and what it says.
import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { launchedProcesses } from '../../../src/core/training/job/accelerateConfig'
import { accelerateSummary } from '../../../src/core/training/job/accelerateSummary'
import { accelerateNote, withAccelerateFile } from '../../../src/training/accelerateFile'
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
  expect(withAccelerateFile({ accelerateConfig }, '/elsewhere')).toMatchObject({ processes: '4' })
  expect(withAccelerateFile({ accelerateConfig, processes: '1' }, '/elsewhere')['processes']).toBe(
    '4',
  )
  expect(withAccelerateFile({ accelerateConfig, processes: '2' }, '/elsewhere')['processes']).toBe(
    '2',
  )
  expect(withAccelerateFile({ accelerateConfig, processes: 'x' }, '/elsewhere')['processes']).toBe(
    'x',
  )
  expect(withAccelerateFile({ beta: '1' }, folder)).toEqual({ beta: '1' })
})

it('a file that is not here gives none', () => {
  const folder = runsFolder()
  mkdirSync(path.join(folder, 'sub'))
  for (const name of ['sub', 'missing.yaml']) {
    const given = { accelerateConfig: path.join(folder, name) }
    expect(withAccelerateFile(given, '/elsewhere')).toEqual(given)
  }
})

it('a relative path begins at the folder; an absolute one of another system stays', () => {
  const folder = runsFolder()
  writeFileSync(path.join(folder, 'here.yaml'), 'distributed_type: FSDP\nnum_processes: 4\n')
  expect(withAccelerateFile({ accelerateConfig: 'here.yaml' }, folder)).toEqual({
    accelerateConfig: path.join(folder, 'here.yaml'),
    processes: '4',
  })
  for (const accelerateConfig of ['C:\\there.yaml', 'null'])
    expect(withAccelerateFile({ accelerateConfig }, folder)).toEqual({ accelerateConfig })
})

it.each([
  [
    'distributed_type: MULTI_GPU\nnum_processes: 4\nmixed_precision: bf16\n',
    '4 processes · a copy of the model in each · mixed precision bf16',
  ],
  [
    'distributed_type: FSDP\nnum_machines: 2\nnum_processes: 8\nmixed_precision: no\nfsdp_config:\n  fsdp_version: 2\n',
    '8 processes · 2 hosts · FSDP, version 2 · no mixed precision',
  ],
  ['distributed_type: FSDP\n', 'FSDP, version 1'],
  [
    '{"distributed_type": "DEEPSPEED", "num_processes": 2, "deepspeed_config": {"zero_stage": 3}}',
    '2 processes · DeepSpeed, ZeRO stage 3',
  ],
  ['distributed_type: DEEPSPEED\n', 'DeepSpeed'],
  ["distributed_type: 'NO'\nnum_machines: 1\n", '1 process'],
  ['distributed_type: MEGATRON_LM\nnum_processes: 2\n', '2 processes · MEGATRON_LM'],
  ['prompts: prompts.jsonl\n', null],
])('of %j it says %j', (text, said) => {
  expect(accelerateSummary(text)).toBe(said)
})

it('why a file cannot be read is said', () => {
  const folder = runsFolder()
  mkdirSync(path.join(folder, 'sub'))
  writeFileSync(path.join(folder, 'large.yaml'), ' '.repeat(1e6 + 1))
  writeFileSync(path.join(folder, 'other.yaml'), 'a: 1\n')
  writeFileSync(path.join(folder, 'fine.yaml'), 'num_processes: 1\n')
  const note = (accelerateConfig: string): unknown => accelerateNote({ accelerateConfig }, folder)
  expect(note('missing.yaml')).toMatchObject({
    isProblem: true,
    text: expect.stringMatching(/^There is no such file/) as unknown,
  })
  expect(note('sub')).toMatchObject({ isProblem: true, text: 'This is no file.' })
  expect(note('large.yaml')).toMatchObject({
    isProblem: true,
    text: expect.stringMatching(/too large/) as unknown,
  })
  expect(note('other.yaml')).toMatchObject({
    isProblem: true,
    text: expect.stringMatching(/no settings of accelerate/) as unknown,
  })
  expect(note('fine.yaml')).toEqual({ isProblem: false, text: '1 process' })
  expect(accelerateNote({}, folder)).toBeNull()
})
