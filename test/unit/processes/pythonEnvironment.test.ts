// The environment of training with and without CUDA: a shell script stands in for uv, and records
// what it was asked for.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import {
  buildPython,
  builtPython,
  environmentSize,
  sizeReservation,
} from '../../../src/processes/pythonEnvironment'
import { cpuLock } from '../../../src/processes/torchVariant'
import { until } from '../../support/until'

const LOCK = `filelock==4.2.12 \\
    --hash=sha256:aa
    # via torch
nvidia-cublas==13.4.1.3 ; sys_platform == 'linux' \\
    --hash=sha256:bb
cuda-toolkit==13.2.2 \\
    --hash=sha256:cc
torch==2.15.0 \\
    --hash=sha256:dd \\
    --hash=sha256:ee
triton==3.9.0 \\
    --hash=sha256:ff
trl==1.16.0 \\
    --hash=sha256:00
`
const REST = `filelock==4.2.12 \\
    --hash=sha256:aa
    # via torch
trl==1.16.0 \\
    --hash=sha256:00
`

let folder: string
let lines: string[]
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-environment-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  mkdirSync(path.join(folder, 'training'))
  writeFileSync(path.join(folder, 'training/requirements.lock'), LOCK)
  lines = []
})
afterEach(() => vi.unstubAllEnvs())

/** @param torch what it does when it is asked for the wheels for CPUs. */
function standIn(torch = 'exit 0'): void {
  const bin = path.join(folder, 'bin')
  mkdirSync(bin, { recursive: true })
  const script = `#!/bin/sh
echo "$@" >> "${folder}/asked"
for last; do :; done
case "$*" in
*venv*) mkdir -p "$last" ;;
*default-index*) ${torch} ;;
esac
`
  writeFileSync(path.join(bin, 'uv'), script, { mode: 0o755 })
  vi.stubEnv('PATH', `${bin}${path.delimiter}${process.env['PATH'] ?? ''}`)
}

const options = (signal = new AbortController().signal): Parameters<typeof buildPython>[0] => ({
  trainingFolder: path.join(folder, 'training'),
  cache: path.join(folder, 'cache'),
  signal,
  onLine: (line) => lines.push(line),
})

const asked = (): string[] =>
  readFileSync(path.join(folder, 'asked'), 'utf8').trim().split('\n').slice(2)

const built = (): string[] =>
  readdirSync(path.join(folder, 'cache')).filter((name) => !name.includes('lock'))

it('a lock file is parted into PyTorch and the packages without CUDA', () => {
  expect(cpuLock(LOCK)).toEqual({ torch: 'torch==2.15.0', rest: REST })
  expect(cpuLock('aepo-borrowed==1\n')).toBeNull()
  const { torch, rest } = cpuLock(readFileSync('training/requirements.lock', 'utf8')) ?? {}
  expect(torch).toMatch(/^torch==\d/)
  expect(rest).not.toMatch(/nvidia|cuda|^triton|^torch/m)
  expect(rest).toMatch(/^trl==/m)
})

it('without a GPU, PyTorch comes from its index for CPUs, and no CUDA library is fetched', async () => {
  standIn()
  vi.stubEnv('AEPO_TORCH', 'cpu')
  expect(environmentSize()).toBe('1.5 GB')
  const python = await buildPython(options())
  expect(python).toMatch(/python-\w+-cpu\/bin\/python$/)
  const [torch, rest] = asked()
  expect(torch).toMatch(
    /--no-deps .* --default-index https:\/\/download\.pytorch\.org\/whl\/cpu torch==2\.15\.0$/,
  )
  expect(rest).toMatch(/--no-deps .*--require-hashes -r .*requirements-cpu\.lock$/)
  expect(readFileSync(rest?.split(' ').at(-1) ?? '', 'utf8')).toBe(REST)
  expect(await builtPython(options())).toBe(python)
  vi.stubEnv('AEPO_TORCH', 'cuda')
  expect(await builtPython(options()), 'a GPU needs the other one').toBeNull()
})

it('where that index cannot be reached, it is said, and the whole lock file is installed', async () => {
  standIn('echo "error: no route" >&2; exit 2')
  vi.stubEnv('AEPO_TORCH', 'cpu')
  expect(sizeReservation()).toContain('5.6 GB')
  const python = await buildPython(options())
  expect(python).toMatch(/python-\w+\/bin\/python$/)
  expect(lines.at(-1)).toMatch(
    /^PyTorch’s wheels for CPUs cannot be fetched from .* \(5\.6 GB\)\.$/,
  )
  expect(asked().at(-1)).toMatch(/^pip sync --require-hashes --python .*requirements\.lock$/)
  expect(built()).toHaveLength(1)
  expect(await buildPython(options()), 'it is not tried again').toBe(python)
  expect(asked().filter((line) => line.includes('default-index'))).toHaveLength(1)
})

it('with a GPU the lock file is installed as it is', async () => {
  standIn()
  vi.stubEnv('AEPO_TORCH', 'cuda')
  expect(sizeReservation()).toBe('')
  await buildPython(options())
  expect(asked()).toEqual([expect.stringMatching(/^pip sync /)])
})

it('a build that is cancelled while PyTorch is fetched leaves nothing, and fetches nothing else', async () => {
  standIn(`touch "${folder}/begun"; while :; do sleep 0.1; done`)
  vi.stubEnv('AEPO_TORCH', 'cpu')
  const cancel = new AbortController()
  const building = buildPython(options(cancel.signal))
  const cancelled = expect(building).rejects.toMatchObject({ failure: { code: 'cancelled' } })
  await until('the download', () => existsSync(path.join(folder, 'begun')))
  cancel.abort()
  await cancelled
  expect(built()).toEqual([])
  expect(asked()).toHaveLength(1)
})
