// Others' responses: each comes into its pool once, however the rows of the files are cut, and
// keeps its score.
import { mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { Curation } from '../../../src/curation/curation'
import { generate } from '../../../src/curation/generate'
import { importCandidates } from '../../../src/curation/importCandidates'
import { annotateByScore, replayedScores } from '../../../src/curation/replay'
import { selectAll } from '../../../src/curation/select'
import { FakeEngine } from './fakeEngine'

const PROMPTS = ['one', 'two']
let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-import-'))
  writeFileSync(
    path.join(folder, 'p.jsonl'),
    PROMPTS.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''),
  )
  writeFileSync(
    path.join(folder, 'a.aepo.json'),
    JSON.stringify({ version: 1, prompts: 'p.jsonl', sampling: { n: 4 } }),
  )
})

const open = (): Promise<Curation> =>
  Curation.open(path.join(folder, 'a.aepo.json'), {
    annotator: 'ann',
    onMessage: () => undefined,
    now: () => new Date(0),
  })

function fileOf(...rows: { prompt: string; responses: unknown[] }[]): string {
  const file = path.join(folder, 'c.jsonl')
  writeFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
  return file
}

const poolOf = (
  curation: Curation,
  prompt: number,
): (readonly [id: string | undefined, text: string, origin: string | undefined])[] =>
  curation.store
    .candidatesOf(curation.prompts[prompt]?.id ?? '', 1)
    .map(({ id, text, origin }) => [id.split('-').at(-1), text, origin] as const)

const options = { signal: new AbortController().signal, onActivity: () => undefined }
const answer = (
  model: string,
  prompt: string,
  score: number,
): { prompt: string; responses: unknown[] } => ({
  prompt,
  responses: [{ text: `The answer of ${model} to ${prompt}.`, model, score }],
})

describe('importCandidates', () => {
  it('takes every row of a prompt and every file, and nothing twice', async () => {
    const curation = await open()
    const file = fileOf(
      answer('a', 'one', 1),
      answer('a', 'two', 2),
      answer('b', 'one', 3),
      answer('b', 'two', 4),
    )
    expect(await importCandidates(curation, file)).toEqual({
      candidates: 4,
      skipped: 0,
      unknownPrompts: 0,
    })
    expect(poolOf(curation, 0)).toEqual([
      ['0', 'The answer of a to one.', 'a'],
      ['1', 'The answer of b to one.', 'b'],
    ])
    expect(await importCandidates(await open(), file)).toEqual({
      candidates: 0,
      skipped: 4,
      unknownPrompts: 0,
    })
    const another = fileOf(answer('a', 'one', 1), answer('c', 'one', 5), {
      prompt: 'one',
      responses: ['Plain.', 'Plain.', { text: 'The answer of a to one.' }],
    })
    expect(await importCandidates(curation, another)).toEqual({
      candidates: 3,
      skipped: 2,
      unknownPrompts: 0,
    })
    expect(poolOf(curation, 0).slice(2)).toEqual([
      ['2', 'The answer of c to one.', 'c'],
      ['3', 'Plain.', undefined],
      ['4', 'The answer of a to one.', undefined],
    ])
  })

  it('adds to what was sampled, behind it', async () => {
    const curation = await open()
    await generate(curation, new FakeEngine(), { ...options, select: false })
    expect(await importCandidates(curation, fileOf(answer('a', 'one', 1)))).toEqual({
      candidates: 1,
      skipped: 0,
      unknownPrompts: 0,
    })
    expect(poolOf(curation, 0).at(-1)).toEqual(['4', 'The answer of a to one.', 'a'])
  })
})

describe('replayedScores', () => {
  it('knows the scores of all rows of a prompt', async () => {
    const curation = await open()
    const file = fileOf(
      ...PROMPTS.flatMap((prompt) =>
        ['a', 'b', 'c', 'd'].map((model, score) => answer(model, prompt, score)),
      ),
    )
    await importCandidates(curation, file)
    await selectAll(curation, new FakeEngine(), options)
    expect(await annotateByScore(curation, await replayedScores(curation, file))).toEqual({
      annotated: 2,
      unscored: 0,
    })
  })
})

describe('selectAll', () => {
  it('tells the engine of the repeated texts of the pool at hand alone', async () => {
    const prompts = ['one', 'two', 'three', 'four']
    writeFileSync(
      path.join(folder, 'p.jsonl'),
      prompts.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''),
    )
    const curation = await open()
    const repeated = ['I cannot help with that.', 'Ask somebody else about it.']
    await importCandidates(
      curation,
      fileOf(
        ...prompts.map((prompt, place) => ({
          prompt,
          responses: [...repeated.slice(place === 3 ? 1 : 0), `All about ${prompt}.`],
        })),
      ),
    )
    const engine = new FakeEngine()
    await selectAll(curation, engine, options)
    expect(engine.selects.map(({ repeatedTexts }) => repeatedTexts)).toEqual([
      repeated,
      repeated,
      repeated,
      repeated.slice(1),
    ])
  })
})
