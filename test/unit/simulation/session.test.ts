// A simulation as a person sets it up, runs it and stops it.
import { describe, expect, it } from 'vitest'
import { readJudgedPool } from '../../../src/simulation/judgedPool'
import { SimulationSession } from '../../../src/simulation/session'
import { bundled } from '../../support/bundled'
import { temporaryFolder } from '../../support/command'
import { FakeEngine } from '../curation/support/fakeEngine'
import { labelled } from './labelled'

describe('SimulationSession', () => {
  const script = bundled('src/simulation/worker.ts')
  const session = (): SimulationSession =>
    new SimulationSession(
      { engine: new FakeEngine(), simulation: { cache: temporaryFolder(), script } },
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
    await one.run(curation, readJudgedPool)
    expect(one.view()?.failure?.message).toContain(message)
    expect(one.view()?.progress).toBeNull()
  })

  it('keeps the failure of its source', async () => {
    const curation = await labelled(2)
    const one = session()
    one.open(curation)
    await one.run(curation, readJudgedPool)
    expect(one.view()?.failure?.message).toContain('cannot tell')
    one.use('/nowhere/judged.jsonl')
    expect(one.view()).toMatchObject({ file: 'judged.jsonl', failure: null })
    await one.run(curation, readJudgedPool)
    expect(one.view()?.failure?.code).toBe('not-found')
  })

  it('has the result of the present source alone', async () => {
    const curation = await labelled(3)
    const one = session()
    one.open(curation)
    one.change({ k: 2, n: 3, splits: 2, budgets: [5] })
    await one.run(curation, readJudgedPool)
    expect(one.view()).toMatchObject({ failure: null, result: { source: 'This curation' } })
    one.use(null)
    expect(one.view()?.result).not.toBeNull()
    one.use('/nowhere/judged.jsonl')
    expect(one.view()?.result).toBeNull()
  })

  it('ends when another source is chosen', async () => {
    const curation = await labelled(3)
    const one = session()
    one.open(curation)
    one.change({ k: 2, n: 3, splits: 2, budgets: [5] })
    const run = one.run(curation, readJudgedPool)
    one.use('/nowhere/judged.jsonl')
    await run
    expect(one.view()).toMatchObject({ progress: null, failure: null, result: null })
  })
})
