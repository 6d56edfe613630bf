// What the tools that prepare a run leave and say when they cannot: shell scripts stand in for
// Python.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { buildTrainableModel } from '../../../src/processes/trainableModel'
import { buildPython } from '../../../src/processes/pythonEnvironment'
import { until } from '../../support/until'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-tools-'))
  mkdirSync(path.join(folder, 'bin'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})
afterEach(() => vi.unstubAllEnvs())

function program(name: string, script: string): string {
  const file = path.join(folder, 'bin', name)
  writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
  return file
}

const options = (signal = new AbortController().signal): Parameters<typeof buildPython>[0] => ({
  trainingFolder: path.resolve('training'),
  cache: path.join(folder, 'cache'),
  signal,
  onLine: () => undefined,
})

it('a Python without venv is said to be one, with what to install', async () => {
  program('python3', '[ "$1" = --version ]')
  vi.stubEnv('PATH', path.join(folder, 'bin'))
  await expect(buildPython(options())).rejects.toMatchObject({
    failure: {
      code: 'not-found',
      message: 'Python lacks its venv module.',
      remedy: expect.stringMatching(/apt-get install python3-venv/) as unknown,
    },
  })
})

it('nothing is left of an embedded model whose making was cancelled, whatever the tool left', async () => {
  const python = program(
    'python',
    `[ "$1" = -c ] && exit 0
for last; do :; done
mkdir -p "$(dirname "$last")/.half" && touch "${folder}/begun"
while :; do sleep 0.1; done`,
  )
  const cancel = new AbortController()
  const building = buildTrainableModel({ ...options(cancel.signal), python })
  const cancelled = expect(building).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  await until('the tool', () => existsSync(path.join(folder, 'begun')))
  cancel.abort()
  await cancelled
  expect(readdirSync(path.join(folder, 'cache/trainable'))).toEqual([])
})

it('an embedded model stands under its name when it is whole', async () => {
  const python = program(
    'python',
    `[ "$1" = -c ] && exit 0
for last; do :; done
mkdir -p "$last" && touch "$last/config.json"`,
  )
  const model = await buildTrainableModel({ ...options(), python })
  expect(readdirSync(model)).toEqual(['config.json'])
  expect(readdirSync(path.dirname(model))).toEqual([path.basename(model)])
})
