// The votes on two models.
import { expect, it } from 'vitest'
import type { TriedModel } from '../../../src/curation/trying/models'
import { Tally } from '../../../src/curation/trying/tally'

const model = (id: string): TriedModel => ({
  id,
  label: `model ${id}`,
  choice: { model: id, device: 'auto' },
})
const [base, run, other] = [model('base'), model('run'), model('other')]

it('counts the votes of each model, wherever it stood', () => {
  const tally = new Tally()
  tally.count([base, run], { best: 0 })
  tally.count([run, base], { best: 0 })
  tally.count([run, base], { best: 1 })
  tally.count([run, base], 'tie')
  tally.count([base, run], 'allBad')
  tally.countKept([run, base], 1)
  tally.count([base, other], { best: 1 })
  expect(tally.view([base, run])).toEqual({
    names: ['model base', 'model run'],
    wins: [2, 1],
    ties: 1,
    allBad: 1,
    kept: 1,
  })
  expect(tally.view([other, base])).toMatchObject({ wins: [1, 0], kept: 0 })
})
