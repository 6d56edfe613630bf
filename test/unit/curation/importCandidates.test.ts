// Others' responses: each comes into its pool once, however the rows of the files are cut, and
// keeps its score.
import { existsSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { annotateOpen } from '../../../src/curation/annotators/annotateOpen'
import { replay } from '../../../src/curation/annotators/replay'
import type { Curation } from '../../../src/curation/curation'
import { generate } from '../../../src/curation/generation/generate'
import { importCandidates } from '../../../src/curation/prompts/importCandidates'
import { importedSentence } from '../../../src/curation/prompts/imported'
import { selectAll } from '../../../src/curation/selection/select'
import { CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'

const PROMPTS = ['one', 'two']
let folder: CurationFolder

beforeEach(() => {
  folder = new CurationFolder(PROMPTS, { sampling: { n: 4 } })
})

/** What an import of a file without rows says. */
const NOTHING = {
  candidates: 0,
  skipped: 0,
  nulls: 0,
  broken: { count: 0, first: [] },
  withoutResponses: 0,
  preferredBy: [],
  unknownPrompts: 0,
  notRead: [],
}

const fileOf = (...rows: { prompt: string; [field: string]: unknown }[]): string =>
  folder.writeRows('c.jsonl', rows)

const poolOf = (
  curation: Curation,
  prompt: number,
): (readonly [id: string | undefined, text: string, origin: string | undefined])[] =>
  curation.round
    .pool(curation.prompts[prompt]?.id ?? '')
    .map(({ id, text, origin }) => [id.split('-').at(-1), text, origin] as const)

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
    const curation = await folder.open()
    const file = fileOf(
      answer('a', 'one', 1),
      answer('a', 'two', 2),
      answer('b', 'one', 3),
      answer('b', 'two', 4),
    )
    expect(await importCandidates(curation, file)).toEqual({ ...NOTHING, candidates: 4 })
    expect(poolOf(curation, 0)).toEqual([
      ['0', 'The answer of a to one.', 'a'],
      ['1', 'The answer of b to one.', 'b'],
    ])
    expect(await importCandidates(await folder.open(), file)).toEqual({ ...NOTHING, skipped: 4 })
    const another = fileOf(answer('a', 'one', 1), answer('c', 'one', 5), {
      prompt: 'one',
      responses: ['Plain.', 'Plain.', { text: 'The answer of a to one.' }],
    })
    expect(await importCandidates(curation, another)).toEqual({
      ...NOTHING,
      candidates: 3,
      skipped: 2,
    })
    expect(poolOf(curation, 0).slice(2)).toEqual([
      ['2', 'The answer of c to one.', 'c'],
      ['3', 'Plain.', undefined],
      ['4', 'The answer of a to one.', undefined],
    ])
  })

  it('adds to what was sampled, behind it', async () => {
    const curation = await folder.open()
    await generate(curation, new FakeEngine(), { ...QUIETLY, select: false })
    expect(await importCandidates(curation, fileOf(answer('a', 'one', 1)))).toEqual({
      ...NOTHING,
      candidates: 1,
    })
    expect(poolOf(curation, 0).at(-1)).toEqual(['4', 'The answer of a to one.', 'a'])
  })

  it('knows rows of the same prompt that were written before, and those written with them', async () => {
    const curation = await folder.open()
    const long = (letter: string): string => letter.repeat(1 << 19)
    const texts = ['a', 'b', 'b', 'a', 'c', 'a'].map(long)
    const file = fileOf(...texts.map((text) => ({ prompt: 'one', response: text })))
    expect(await importCandidates(curation, file)).toMatchObject({ candidates: 3, skipped: 3 })
    expect(poolOf(curation, 0)).toEqual([
      ['0', long('a'), undefined],
      ['1', long('b'), undefined],
      ['2', long('c'), undefined],
    ])
  })
})

describe('an import that fails', () => {
  it('leaves nothing behind', async () => {
    const curation = await folder.open()
    const file = fileOf(answer('a', 'one', 1), { prompt: 'two', responses: [7] })
    await expect(importCandidates(curation, file)).rejects.toThrow(
      /1 of 2 rows .*line 2: responses\[0\] is the number 7/s,
    )
    expect(curation.store.candidates.size).toBe(0)
    expect(existsSync(curation.paths.candidates)).toBe(false)
  })
})

describe('prompts of another file', () => {
  it('are found though blanks at their ends and line ends differ', async () => {
    folder.ask(['one\ntwo', 'same', 'same '])
    const curation = await folder.open()
    const file = fileOf(
      answer('a', 'one\r\ntwo\n', 1),
      answer('a', 'same', 1),
      answer('b', ' same', 1),
    )
    expect(await importCandidates(curation, file)).toEqual({
      ...NOTHING,
      candidates: 2,
      unknownPrompts: 1,
    })
    expect([0, 1, 2].map((place) => poolOf(curation, place).length)).toEqual([1, 1, 0])
  })
})

describe('replay', () => {
  it('knows the scores of all rows of a prompt', async () => {
    const curation = await folder.open()
    const file = fileOf(
      ...PROMPTS.flatMap((prompt) =>
        ['a', 'b', 'c', 'd'].map((model, score) => answer(model, prompt, score)),
      ),
    )
    await importCandidates(curation, file)
    await selectAll(curation, new FakeEngine(), QUIETLY)
    const annotator = await replay(curation, file)
    expect(await annotateOpen(curation, annotator, QUIETLY.signal)).toEqual({
      annotated: 2,
      undecided: 0,
      beyondBudget: 0,
    })
  })

  it('says how many selections the budget leaves open', async () => {
    folder.set({ sampling: { n: 4 }, annotation: { budget: 1 } })
    const curation = await folder.open()
    const file = fileOf(
      ...PROMPTS.flatMap((prompt) =>
        ['a', 'b'].map((model, score) => answer(model, prompt, score)),
      ),
    )
    await importCandidates(curation, file)
    await selectAll(curation, new FakeEngine(), QUIETLY)
    const annotator = await replay(curation, file)
    expect(await annotateOpen(curation, annotator, QUIETLY.signal)).toEqual({
      annotated: 1,
      undecided: 0,
      beyondBudget: 1,
    })
  })
})

describe('selectAll', () => {
  it('tells the engine of the repeated texts of the pool at hand alone', async () => {
    const prompts = ['one', 'two', 'three', 'four']
    folder.ask(prompts)
    const curation = await folder.open()
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
    await selectAll(curation, engine, QUIETLY)
    expect(engine.selects.map(({ repeatedTexts }) => repeatedTexts)).toEqual([
      repeated,
      repeated,
      repeated,
      repeated.slice(1),
    ])
  })
})

describe('scores that were made from a preference', () => {
  const pairs = PROMPTS.map((prompt) => ({ prompt, chosen: `Yes, ${prompt}.`, rejected: 'No.' }))

  it('are told by the import', async () => {
    const imported = await importCandidates(await folder.open(), fileOf(...pairs))
    expect(importedSentence(imported)).toBe(
      '4 candidates imported. Scores were made from chosen: 1 for the preferred response, 0 for the others.',
    )
  })

  it('are told by the replay', async () => {
    const notices: string[] = []
    await replay(await folder.open(), fileOf(...pairs), (sentence) => notices.push(sentence))
    expect(notices).toEqual([
      'Scores were made from chosen: 1 for the preferred response, 0 for the others.',
    ])
  })
})

describe('importedSentence', () => {
  it('says what was left out and what was not read', () => {
    expect(
      importedSentence({
        ...NOTHING,
        candidates: 1,
        skipped: 2,
        nulls: 1,
        withoutResponses: 3,
        unknownPrompts: 1,
        notRead: ['id', 'responses[].critique'],
      }),
    ).toBe(
      '1 candidate imported. 2 already existed. 1 response is null and was left out. 3 rows hold no response. 1 row has a prompt that is not in the curation, or not in the round. Not read: id, responses[].critique.',
    )
  })
})
