// Which decisions the strength of generators is made from.
import { expect, it } from 'vitest'
import { annotateOpen } from '../../../src/curation/annotators/annotateOpen'
import type { Annotator } from '../../../src/curation/annotators/annotator'
import type { Curation } from '../../../src/curation/curation'
import { generatorStrengths, strengthSentence } from '../../../src/curation/dataSet/strengths'
import { CurationFolder, QUIETLY } from './support/curationFolder'

const PROMPTS = Array.from({ length: 8 }, (_, index) => `Question ${index}`)
const TWO = {
  generator: [
    { model: 'models/one', share: 1 },
    { model: 'models/two', share: 1 },
  ],
  sampling: { n: 2 },
  selection: { k: 2 },
}

/** Prefers the responses of one model. */
const fan =
  (curation: Curation, model: string): Annotator =>
  ({ texts }) => {
    const isOf = (id: string): boolean => {
      const candidate = curation.store.candidates.candidate(id)
      const generation = curation.store.candidates.generation(candidate?.generationId ?? '')
      return generation?.model === model
    }
    const ids = texts.map(({ id }) => id).toSorted((x, y) => Number(isOf(y)) - Number(isOf(x)))
    return Promise.resolve({ kind: 'ranking', tiers: ids.map((id) => [id]) })
  }

it('is given where generators met in selections, for each round and annotator once', async () => {
  const folder = new CurationFolder(PROMPTS, TWO)
  const curation = await folder.generated()
  expect(generatorStrengths(curation)).toEqual([])
  await annotateOpen(curation, fan(curation, 'models/two'), QUIETLY.signal)
  const [group, ...others] = generatorStrengths(curation)
  expect(others).toEqual([])
  expect(group).toMatchObject({
    round: 1,
    generators: [
      { generator: 'two', met: 8, won: 8 },
      { generator: 'one', met: 8, won: 0 },
    ],
  })
  const eve = await folder.open('eve')
  await annotateOpen(eve, fan(eve, 'models/one'), QUIETLY.signal)
  const [even] = generatorStrengths(eve)
  expect(even?.generators.map(({ met, won }) => [met, won])).toEqual([
    [8, 4],
    [8, 4],
  ])
})

it('is not given for one generator', async () => {
  const folder = new CurationFolder(PROMPTS, { sampling: { n: 4 } })
  const curation = await folder.generated()
  await annotateOpen(curation, fan(curation, 'x'), QUIETLY.signal)
  expect(generatorStrengths(curation)).toEqual([])
})

/** Of the logistic scale. */
const ELO = Math.LN10 / 400

it('names eight generators in a sentence, and counts the weaker ones', () => {
  const generators = Array.from({ length: 11 }, (_, place) => ({
    generator: `g${place}`,
    strength: (50 - 10 * place) * ELO,
    low: -60 * ELO,
    high: 60 * ELO,
    met: 4,
    won: 2,
  }))
  const sentence = strengthSentence({ round: 2, generators })
  expect(sentence).toContain('g0 +50')
  expect(sentence).toContain('g7 −20 (−60 to +60), 3 weaker ones, listed by --json.')
  expect(sentence).not.toContain('g8')
})
