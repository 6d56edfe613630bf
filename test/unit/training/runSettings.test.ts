// The settings in which runs differ, by the names of run.json.
import { expect, test } from 'vitest'
import { differingSettings } from '../../../src/core/training/settings/differingSettings'
import { runSettings } from '../../../src/core/training/settings/runSettings'
import { defaultCommon } from '../../../src/core/training/settings/defaults'
import type { RunFile } from '../../../src/core/training/runFile'

const file = (change: Partial<RunFile> = {}): RunFile => ({
  version: 1,
  id: 'a',
  method: 'dpo',
  model: '/models/tiny',
  dataset: 'data.jsonl',
  datasetSha256: 'f'.repeat(64),
  common: defaultCommon(100),
  own: { beta: 0.1 },
  ...change,
})

const differing = (...files: RunFile[]): Record<string, readonly (string | null)[]> =>
  Object.fromEntries(
    differingSettings(files.map(runSettings)).map(({ key, values }) => [key, values]),
  )

test('equal runs differ in nothing, whatever their names and rows', () => {
  expect(differing(file(), file({ id: 'b', datasetSha256: '0'.repeat(64) }))).toEqual({})
})

test('what every method has comes first, then what a method has alone', () => {
  const common = defaultCommon(100, { learningRate: 1e-5, maxSteps: 7 })
  const sgpo = file({ method: 'sgpo', rounds: '1,2', common, own: { beta: 0.1, epsilon: 0.01 } })
  const found = differing(file(), sgpo, file({ own: { beta: 0.5 } }))
  expect(Object.entries(found)).toEqual([
    ['method', ['dpo', 'sgpo', 'dpo']],
    ['rounds', [null, '1,2', null]],
    ['learningRate', ['0.0001', '0.00001', '0.0001']],
    ['maxSteps', [null, '7', null]],
    ['beta', ['0.1', '0.1', '0.5']],
    ['epsilon', [null, '0.01', null]],
  ])
})

test('a setting that a method lacks is told from one without a value', () => {
  const own = file({ rounds: '1', own: { beta: 0.1, loss: 'ipo' } })
  const found = differingSettings([file(), own].map(runSettings))
  expect(found.map(({ key, isShared }) => [key, isShared])).toEqual([
    ['rounds', true],
    ['loss', false],
  ])
})

test('a place is named by as much as tells it from the others', () => {
  const models = ['/runs/one/model', '/runs/two/model', 'owner/name'].map((model) =>
    file({ model }),
  )
  expect(differing(...models)).toEqual({ model: ['one/model', 'two/model', 'owner/name'] })
  expect(differing(file(), file({ model: 'C:\\models\\other' }))).toEqual({
    model: ['tiny', 'other'],
  })
})
