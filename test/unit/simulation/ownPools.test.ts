// The pools of a curation as judged responses, and why they may not be enough.
import { describe, expect, it } from 'vitest'
import { ownPools } from '../../../src/simulation/ownPools'
import { labelled } from './labelled'

describe('ownPools', () => {
  it('says that pairs cannot tell one rule from another', async () => {
    const curation = await labelled(2)
    expect(() => ownPools(curation, 2)).toThrow(
      'The labels of this curation cannot tell: a rule has a choice only where more than 2 responses to a prompt are judged. Judged prompts of which that holds: 0 of 9; a simulation needs 8.',
    )
  })

  it('takes rankings of more responses than are shown in the simulation', async () => {
    const pools = ownPools(await labelled(3), 2)
    expect(pools).toHaveLength(9)
    expect(pools[0]?.prompt).toBe('prompt 0')
    expect(pools[0]?.texts).toHaveLength(3)
    expect(pools[0]?.scores.toSorted((a, b) => a - b)).toEqual([0, 0.5, 1])
  })
})
