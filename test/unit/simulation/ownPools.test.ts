// The pools of a curation as judged responses, and why they may not be enough.
import { describe, expect, it } from 'vitest'
import { ownPools } from '../../../src/simulation/ownPools'
import { SimulationSession } from '../../../src/simulation/session'
import { CurationFolder } from '../curation/support/curationFolder'
import { FakeEngine } from '../curation/support/fakeEngine'
import { decide, taskAt } from '../curation/support/labelling'
import type { Curation } from '../../../src/curation/curation'

const PROMPTS = Array.from({ length: 9 }, (_, place) => `prompt ${place}`)

async function labelled(k: number): Promise<Curation> {
  const folder = new CurationFolder(PROMPTS, {
    sampling: { n: 4 },
    selection: { method: 'aepo', k, lambda: 0.5, guard: true },
  })
  const curation = await folder.generated('ann')
  for (const place of PROMPTS.keys()) {
    const task = taskAt(curation, place)
    const tiers = task.responses.map(({ candidateId }) => [candidateId])
    await decide(curation, task, { kind: 'ranking', tiers })
  }
  return curation
}

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

describe('SimulationSession', () => {
  const session = (): SimulationSession =>
    new SimulationSession(
      { engine: new FakeEngine(), simulation: { cache: '', script: '' } },
      () => undefined,
    )

  it('is nothing before it is opened, then has small defaults of the curation', async () => {
    const one = session()
    expect(one.view()).toBeNull()
    one.open(await labelled(3))
    expect(one.view()).toMatchObject({
      calls: 1,
      file: null,
      choice: {
        rules: ['aepo', 'd-optimal', 'v-optimal', 'oracle-best-worst'],
        n: 4,
        k: 3,
        budgets: [50, 100, 200],
        splits: 12,
      },
      progress: null,
    })
    expect(one.view()?.rules).not.toContain('random')
  })

  it.each([
    [{ splits: 1 }, 'Random splits: 2 to 500.'],
    [{ n: 1 }, 'Candidates in a pool (N): k to 128.'],
    [{ k: NaN }, 'Shown candidates (k): 2 to 8.'],
    [{ budgets: [] }, 'Numbers of labels: at most 6 integers from 1 to 5000.'],
    [{ budgets: [10, 0.5] }, 'Numbers of labels'],
    [{ rules: ['none such'] }, 'Choose a rule.'],
  ])('refuses %o', async (change, message) => {
    const curation = await labelled(3)
    const one = session()
    one.open(curation)
    one.change({ k: 2, ...change })
    await one.run(curation)
    expect(one.view()?.failure?.message).toContain(message)
    expect(one.view()?.progress).toBeNull()
  })

  it('keeps the failure of its source', async () => {
    const curation = await labelled(2)
    const one = session()
    one.open(curation)
    await one.run(curation)
    expect(one.view()?.failure?.message).toContain('cannot tell')
    one.use('/nowhere/judged.jsonl')
    expect(one.view()).toMatchObject({ file: 'judged.jsonl', failure: null })
    await one.run(curation)
    expect(one.view()?.failure?.code).toBe('not-found')
  })
})
