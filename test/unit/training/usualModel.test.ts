import os from 'node:os'
import { expect, test } from 'vitest'
import { usualModel } from '../../../src/training/usualModel'

const EMBEDDED = 'builtin:SmolLM2-135M-Instruct'

test.each([
  ['no run', undefined, EMBEDDED],
  ['a run of the embedded model', '/cache/trainable/SmolLM2-135M-Instruct', EMBEDDED],
  ['a run of a folder that is gone', '/nowhere/model', EMBEDDED],
  ['a run of a folder that exists', os.tmpdir(), os.tmpdir()],
  ['a run of a hub model', 'org/model', 'org/model'],
])('after %s', (_, latest, model) => expect(usualModel(latest)).toBe(model))
