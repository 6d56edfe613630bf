// The sample in samples/: its recorded candidates can be labelled at once, and are what the product
// makes of responses.jsonl.
import { cpSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { curationFileSchema } from '../../src/core/formats/curationFile'
import { recommendedSampling } from '../../src/core/formats/recommendedSampling'
import { selectionSchema } from '../../src/core/formats/records'
import type { Selection } from '../../src/shared/domain'
import { aepoJson, ROOT, temporaryFolder } from '../support/command'
import { jsonLines } from '../support/jsonLines'

const RECORDED = 'first-labels.aepo.json'
const JOURNALS = 'first-labels.aepo'
const PROMPTS = 16
const N = 8

let cwd: string
beforeEach(() => {
  cwd = temporaryFolder()
  // what users made in the checkout is left out
  for (const file of [
    RECORDED,
    'helpful.aepo.json',
    'responses.jsonl',
    'prompts.jsonl',
    `${JOURNALS}/candidates.jsonl`,
    `${JOURNALS}/selections.jsonl`,
  ])
    cpSync(path.join(ROOT, 'samples', file), path.join(cwd, file))
})

const journal = (name: string): string => readFileSync(path.join(cwd, JOURNALS, name), 'utf8')
const selections = (): Selection[] =>
  jsonLines(path.join(cwd, JOURNALS, 'selections.jsonl')).map((line) => selectionSchema.parse(line))

describe('the recorded candidates', () => {
  const complete = {
    prompts: PROMPTS,
    candidates: PROMPTS * N,
    candidatesWanted: PROMPTS * N,
    selected: PROMPTS,
  }

  it('shows a selection for each prompt, and nothing is missing', async () => {
    expect(await aepoJson(['status', RECORDED], { cwd })).toMatchObject(complete)
  })

  it('can be annotated as it is', async () => {
    await aepoJson(['annotate', RECORDED, '--rule', 'longest', '--annotator', 'a'], { cwd })
    expect(await aepoJson(['status', RECORDED], { cwd })).toMatchObject({
      ...complete,
      pairs: PROMPTS,
    })
  })

  it('is what import and select make of the responses', async () => {
    const recorded = { candidates: journal('candidates.jsonl'), selections: selections() }
    rmSync(path.join(cwd, JOURNALS), { recursive: true })
    await aepoJson(['import', RECORDED, '--candidates', 'responses.jsonl'], { cwd })
    expect(journal('candidates.jsonl')).toBe(recorded.candidates)

    await aepoJson(['select', RECORDED], { cwd })
    const made = selections()
    expect(made.map(({ promptId }) => promptId)).toEqual(
      recorded.selections.map(({ promptId }) => promptId),
    )
    for (const [i, selection] of recorded.selections.entries()) {
      expect(selection.textHashes).toHaveLength(selection.k)
      // Another processor rounds otherwise: of two pairs that are as good it may take the other.
      expect(made[i]?.objective).toBeCloseTo(selection.objective, 2)
    }
  })
})

it('the curation that generates has the recommended sampling', () => {
  const { generator, sampling } = curationFileSchema.parse(
    JSON.parse(readFileSync(path.join(cwd, 'helpful.aepo.json'), 'utf8')),
  )
  expect(sampling).toMatchObject(recommendedSampling(generator))
})
