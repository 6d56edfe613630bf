// The number of hosts of a job, and what does not fit together.
import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { type JobHosts, hostsOfJob } from '../../../src/core/training/job/jobHosts'
import { jobHosts } from '../../../src/training/jobHosts'
import { failureOf, request, runsFolder } from './support/runs'

const JOB: JobHosts = { kind: 'slurm', processes: 4, asked: undefined, inFile: null }

it.each<[Partial<JobHosts>, number]>([
  [{}, 1],
  [{ asked: 2 }, 2],
  [{ inFile: 4 }, 4],
  [{ asked: 2, inFile: 2 }, 2],
  [{ kind: 'ray', inFile: 1 }, 1],
])('of %j it is %j', (given, hosts) => {
  expect(hostsOfJob({ ...JOB, ...given })).toBe(hosts)
})

it.each<[Partial<JobHosts>, RegExp]>([
  [{ asked: 0 }, /number of hosts is 0, and must be/],
  [{ asked: 1.5 }, /number of hosts is 1.5/],
  [{ asked: 1, inFile: 2 }, /number of hosts is 1, .* says num_machines: 2/],
  [{ kind: 'ray', asked: 2 }, /The script for Ray runs on one host, not on 2/],
  [{ asked: 3 }, /number of processes is 4, which is no multiple of 3/],
  [{ processes: 1, asked: 2 }, /number of processes is 1/],
])('%j is refused', (given, message) => {
  expect(hostsOfJob({ ...JOB, ...given })).toMatchObject({
    code: 'bad-input',
    message: expect.stringMatching(message) as unknown,
  })
})

it('the accelerate configuration file of the run says how many', async () => {
  const accelerateConfig = path.join(runsFolder(), 'accelerate.yaml')
  writeFileSync(accelerateConfig, 'distributed_type: FSDP\nnum_machines: 2\nnum_processes: 8\n')
  const { common } = request(2, { accelerateConfig, processes: '8' })
  expect(jobHosts('slurm', common)).toBe(2)
  expect(await failureOf(Promise.resolve().then(() => jobHosts('slurm', common, 4)))).toMatchObject(
    { message: expect.stringContaining('num_machines: 2') as unknown },
  )
  expect(jobHosts('slurm', { ...common, accelerateConfig: null })).toBe(1)
})
