// The curation file that the answers of New Curation… give.
import path from 'node:path'
import { expect, test } from 'vitest'
import { parseCurationFile } from '../../../src/core/formats/parseCurationFile'
import {
  type CurationAnswers,
  curationFileOf,
  DEFAULT_ANSWERS,
} from '../../../src/host/newCuration/answers'

const FOLDER = path.resolve('/work/project')
const TARGET = { folder: FOLDER, name: 'helpful' }

function fileFor(answers: Partial<CurationAnswers>): ReturnType<typeof curationFileOf> {
  const file = path.join(FOLDER, 'data/prompts.jsonl')
  const made = curationFileOf({ ...DEFAULT_ANSWERS, file, ...answers }, TARGET)
  expect(parseCurationFile(JSON.stringify(made), 'helpful.aepo.json')).toHaveProperty('settings')
  return made
}

test('names the prompts relative to the file, and what was answered', () => {
  expect(fileFor({ n: 16, k: 3, maxNewTokens: 96 })).toMatchObject({
    prompts: 'data/prompts.jsonl',
    output: 'helpful.dpo.jsonl',
    generator: { model: 'builtin:SmolLM2-135M-Instruct', device: 'auto' },
    sampling: { n: 16, maxNewTokens: 96, minP: 0.1 },
    selection: { k: 3 },
  })
})

test('names fields only where some were chosen', () => {
  expect(fileFor({})).not.toHaveProperty('fields')
  expect(fileFor({ fields: { prompt: 'question', system: undefined } }).fields).toEqual({
    prompt: 'question',
  })
})

test.each([
  ['a folder below the curation', path.join(FOLDER, 'models/mine'), './models/mine'],
  ['a folder elsewhere', path.resolve('/models/mine'), path.resolve('/models/mine')],
  ['a hub id', 'owner/name', 'owner/name'],
])('names a model: %s', (_, model, named) => {
  expect(fileFor({ source: { kind: 'model', model } }).generator).toMatchObject({ model: named })
})

test('names a server and its model, with the default sampling', () => {
  const made = fileFor({
    source: { kind: 'server', address: 'http://gpu:8000/v1', model: 'Qwen3-8B' },
  })
  expect(made.generator).toEqual({ server: 'http://gpu:8000/v1', model: 'Qwen3-8B' })
  expect(made.sampling).toMatchObject({ minP: 0 })
})
