// A pair that was tried in the editor becomes a label while its curation is open.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { findTask } from '../../../src/curation/labelling/tasks'
import { CurationDocument } from '../../../src/host/curationDocument'
import type { TryPairView } from '../../../src/shared/tryView'
import { FakeEngine } from '../curation/support/fakeEngine'
import { documentServices } from './support/documentServices'

let folder: string
let document: CurationDocument
let engine: FakeEngine

const file = (name: string): string => path.join(folder, name)

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-trying-'))
  writeFileSync(file('prompts.jsonl'), '{"prompt":"one"}\n')
  writeFileSync(
    file('a.aepo.json'),
    JSON.stringify({ version: 1, prompts: 'prompts.jsonl', generator: { model: 'owner/base' } }),
  )
  engine = new FakeEngine()
  const uri = { fsPath: file('a.aepo.json'), path: file('a.aepo.json') }
  document = new CurationDocument(
    uri as unknown as CurationDocument['uri'],
    documentServices(folder, engine),
  )
})
afterEach(() => document.dispose())

const pair = (): TryPairView | null | undefined => document.state().trying?.pair

async function tried(): Promise<void> {
  const curation = await document.open()
  document.trying.begin(curation, [])
  await document.trying.send(curation, 'Hello')
  document.trying.vote({ best: 1 })
}

const keep = (): Promise<void> =>
  document.trying.keep({ open: () => document.open(), reload: () => document.reload() })

it('is a slice of the state, and nothing before it is asked for', async () => {
  await document.open()
  expect(document.state().trying).toBeNull()
  await tried()
  expect(pair()).toMatchObject({ prompt: 'Hello', phase: 'voted', kept: 'no' })
})

it('is a decision like others once it is kept, with the names of its models', async () => {
  await tried()
  await keep()
  const { counts, recent } = document.state()
  expect(pair()?.kept).toBe('kept')
  expect(counts).toMatchObject({ prompts: 2, annotated: 1, pairs: 1 })
  expect(recent).toHaveLength(1)
  const task = findTask(await document.open(), { go: 'to', position: 1 })
  expect(task?.prompt).toEqual([{ role: 'user', content: 'Hello' }])
  // the curation's own generator goes without saying
  expect(new Set(task?.responses.map(({ origin }) => origin))).toEqual(
    new Set([null, 'SmolLM2-135M-Instruct']),
  )
  await document.quiet()
  expect(readFileSync(file('a.dpo.jsonl'), 'utf8').trim().split('\n')).toHaveLength(1)
  await document.trying.undoKept(await document.open())
  expect(document.state().counts).toMatchObject({ annotated: 0, pairs: 0 })
})

it('names no path of the machine where a model fails', async () => {
  const curation = await document.open()
  document.trying.begin(curation, [])
  engine.failure = { code: 'not-found', message: 'No model.', where: '/secret/place/tiny' }
  await document.trying.send(curation, 'Hello')
  expect(pair()).toMatchObject({ phase: 'failed', failure: { where: 'tiny' } })
})
