// `aepo status --learning --look-again` on labels of a known annotator, with the embedded embedder.
import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import type { LabelAnalysis, LookAgain } from '../../src/shared/labelAnalysis'
import { aepo, aepoJson } from '../support/command'
import { annotate, judgedCuration } from './support/training'

let cwd: string
const env = (): NodeJS.ProcessEnv => ({ XDG_CACHE_HOME: path.join(cwd, 'cache') })
const JOURNAL = 'a.aepo/annotations/judge.jsonl'

interface Status {
  learning: Record<string, Omit<LabelAnalysis, 'lookAgain'>>
  lookAgain: Record<string, LookAgain[]>
}

const status = async (): Promise<Status> =>
  (await aepoJson(['status', 'a.aepo.json', '--learning', '--look-again'], {
    cwd,
    env: env(),
  })) as unknown as Status

beforeAll(async () => {
  cwd = await judgedCuration(30)
  await annotate(cwd)
})

it('tells what a model learns, in JSON and in sentences', async () => {
  const { learning, lookAgain } = await status()
  expect(Object.keys(learning)).toEqual(['judge'])
  expect(learning['judge']).toMatchObject({ labels: 30, decided: 30 })
  expect(learning['judge']?.curve?.points.at(-1)).toMatchObject({ labels: 27, mean: 1 })
  expect(learning['judge']?.curve?.next.unknown).toBe('few')
  expect(lookAgain).toEqual({ judge: [] })
  const { stdout } = await aepo(['status', 'a.aepo.json', '--learning'], { cwd, env: env() })
  expect(stdout).toMatch(/judge: A small reward model predicts 100 % \(\d+ to 100\)/)
  expect(stdout).toContain('What the next 100 labels would add is unknown')
  expect(stdout).not.toContain('look at again')
})

it('finds a label that was given the wrong way round, until it is given again', async () => {
  const lines = readFileSync(path.join(cwd, JOURNAL), 'utf8').trimEnd().split('\n')
  const record = JSON.parse(lines[4] ?? '') as {
    id: string
    selectionId: string
    promptId: string
    preference: { tiers: string[][] }
  }
  const wrong = { kind: 'ranking', tiers: record.preference.tiers.toReversed() }
  const write = (records: object[]): void =>
    appendFileSync(
      path.join(cwd, JOURNAL),
      records.map((each) => `${JSON.stringify(each)}\n`).join(''),
    )
  const undo = { kind: 'undo', id: 'undo', annotationId: record.id, annotator: 'judge' }
  const at = '2026-01-01T00:00:00.000Z'
  write([
    { ...undo, at },
    { ...record, id: 'wrong', preference: wrong },
  ])
  const found = (await status()).lookAgain['judge']
  expect(found).toMatchObject([
    { selectionId: record.selectionId, reasons: [{ kind: 'contradicted' }] },
  ])
  const { stdout } = await aepo(['status', 'a.aepo.json', '--look-again'], { cwd, env: env() })
  expect(stdout).toMatch(/judge: 1 label to look at again:\n {2}p\.jsonl:\d+ “Question \d+: /)

  write([{ ...record, id: 'again', preference: wrong }])
  expect((await status()).lookAgain).toEqual({ judge: [] })
})

it('computes the same labels once, and a broken cache again', async () => {
  const before = await status()
  const folder = path.join(cwd, 'cache/aepo-curation/label-analysis')
  const cached = readdirSync(folder).filter((name) => name.endsWith('.json'))
  expect(cached).toHaveLength(1)
  appendFileSync(path.join(folder, cached[0] ?? ''), 'broken')
  expect(await status()).toEqual(before)
})

it('says nothing of labels that are not there', async () => {
  const other = await judgedCuration(3)
  const { learning } = (await aepoJson(['status', 'a.aepo.json', '--learning'], {
    cwd: other,
    env: env(),
  })) as unknown as Status
  expect(learning).toEqual({})
})
