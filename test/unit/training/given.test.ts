// Paths as a person gives them: folders and interpreters are made whole, ids and names are left
// alone.
import { mkdirSync, mkdtempSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { givenInterpreter, givenModel } from '../../../src/processes/givenPaths'

const base = mkdtempSync(path.join(os.tmpdir(), 'aepo-given-'))
mkdirSync(path.join(base, 'models/foo'), { recursive: true })

it.each([
  ['models/foo', path.join(base, 'models/foo')],
  [path.join(base, 'models/foo'), path.join(base, 'models/foo')],
  ['owner/name', 'owner/name'],
])('the model %s is %s', (model, expected) => expect(givenModel(model, base)).toBe(expected))

it.each([
  ['.venv/bin/python', path.join(base, '.venv/bin/python')],
  ['./python', path.join(base, 'python')],
  ['/usr/bin/python3', '/usr/bin/python3'],
  ['python3', 'python3'],
])('the interpreter %s is %s', (python, expected) =>
  expect(givenInterpreter(python, base)).toBe(expected),
)
