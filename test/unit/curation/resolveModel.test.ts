// Which folder or hub id a model name in a curation file means.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { resolveModel } from '../../../src/curation/engine'

const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-names-'))
mkdirSync(path.join(folder, 'models/mine'), { recursive: true })
mkdirSync(path.join(folder, 'plain'))
writeFileSync(path.join(folder, 'models/file'), '')
const places = { base: folder, runs: path.join(folder, 'a.aepo/runs') }
afterAll(() => rmSync(folder, { recursive: true }))

describe('a model name in a curation file', () => {
  it.each([
    ['models/mine', path.join(folder, 'models/mine')],
    ['plain', path.join(folder, 'plain')],
    ['./models/other', path.join(folder, 'models/other')],
    ['../x', path.resolve(folder, '../x')],
    ['~/models/x', path.join(os.homedir(), 'models/x')],
    [path.resolve('/somewhere/else'), path.resolve('/somewhere/else')],
    ['run:2026-01-01-dpo', path.join(folder, 'a.aepo/runs/2026-01-01-dpo/generator')],
  ])('means a folder: %s', (name, expected) => {
    expect(resolveModel(name, places)).toBe(expected)
  })

  it.each(['onnx-community/Qwen3-0.6B-ONNX', 'models/file', 'builtin:tiny-random', 'org/name@v1'])(
    'stays as it is: %s',
    (name) => {
      expect(resolveModel(name, places)).toBe(name)
    },
  )
})
