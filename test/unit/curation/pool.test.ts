// The pool behind a selection: every candidate once, with what became of it.
import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { expect, it } from 'vitest'
import { Curation } from '../../../src/curation/curation'
import { importCandidates } from '../../../src/curation/importCandidates'
import { poolOf } from '../../../src/curation/pool'
import { selectAll } from '../../../src/curation/select'
import { FakeEngine } from './fakeEngine'

it('tells what was selected, what was left out and why, and what was neither', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-pool-'))
  const responses = [
    'An answer of some length.',
    'Another answer of some length.',
    'A third answer that is as good.',
    'A fourth one, a little longer than those before.',
    'An answer of some length.',
    'N',
  ]
  writeFileSync(path.join(folder, 'p.jsonl'), '{"prompt":"Name a river."}\n')
  writeFileSync(
    path.join(folder, 'c.jsonl'),
    `${JSON.stringify({ prompt: 'Name a river.', responses: responses.map((text, i) => ({ text, model: `m${i}` })) })}\n`,
  )
  writeFileSync(
    path.join(folder, 'a.aepo.json'),
    JSON.stringify({ version: 1, prompts: 'p.jsonl', sampling: { n: 6 } }),
  )
  const curation = await Curation.open(path.join(folder, 'a.aepo.json'), {
    annotator: 'ann',
    onMessage: () => undefined,
    now: () => new Date(0),
  })
  await importCandidates(curation, path.join(folder, 'c.jsonl'))
  await selectAll(curation, new FakeEngine(), {
    signal: new AbortController().signal,
    onActivity: () => undefined,
  })
  const [selection] = curation.selections()
  const pool = poolOf(curation, selection?.id ?? '')
  expect(pool.map(({ text }) => text)).toEqual(responses)
  expect(pool.map(({ fate }) => fate).slice(4)).toEqual(['duplicate', 'stub'])
  expect(
    pool.flatMap(({ candidateId, fate }) => (fate === 'selected' ? [candidateId] : [])).sort(),
  ).toEqual(selection?.candidateIds.toSorted())
  expect(pool.filter(({ fate }) => fate === 'kept')).toHaveLength(2)
  expect(() => poolOf(curation, 'none')).toThrow('This selection no longer exists.')
})
