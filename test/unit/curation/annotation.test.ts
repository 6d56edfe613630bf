// Decisions: which task comes next, what a decision changes, undo, and how long a decision stands.
import { existsSync, renameSync, rmSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import { countsOf } from '../../../src/curation/counts'
import type { Curation } from '../../../src/curation/curation'
import { generate } from '../../../src/curation/generation/generate'
import { undo } from '../../../src/curation/labelling/annotate'
import { findTask } from '../../../src/curation/labelling/tasks'
import { importCandidates } from '../../../src/curation/prompts/importCandidates'
import { selectAll } from '../../../src/curation/selection/select'
import type { Preference } from '../../../src/shared/domain'
import { CurationFolder, QUIETLY } from './support/curationFolder'
import { FakeEngine } from './support/fakeEngine'
import { best, decide, openTask, taskAt } from './support/labelling'

const PROMPTS = ['one', 'two', 'three', 'four', 'five']
const N = 4
let folder: CurationFolder

beforeEach(() => {
  folder = new CurationFolder(PROMPTS, { sampling: { n: N } })
})

describe('annotation', () => {
  it('gives the open tasks in prompt order, then none', async () => {
    const curation = await folder.generated()
    const asked: string[] = []
    for (
      let task = findTask(curation, { go: 'next-open' });
      task;
      task = findTask(curation, { go: 'next-open' })
    ) {
      asked.push(task.prompt[0]?.content ?? '')
      await decide(curation, task, { kind: 'skip' })
    }
    expect(asked).toEqual(PROMPTS)
  })

  it('makes rows of rankings alone, and takes them back on undo', async () => {
    const curation = await folder.generated()
    const first = openTask(curation)
    await decide(curation, first, best(first, 1))
    const second = openTask(curation)
    await decide(curation, second, { kind: 'tie' })
    await decide(curation, openTask(curation), { kind: 'allBad' })
    await curation.dataSet.settled()
    expect(folder.rows()).toEqual([
      {
        prompt: [{ role: 'user', content: 'one' }],
        chosen: [{ role: 'assistant', content: first.responses[1]?.text }],
        rejected: [{ role: 'assistant', content: first.responses[0]?.text }],
      },
    ])
    await undo(curation)
    expect((await undo(curation))?.task.selectionId).toBe(second.selectionId)
    expect((await undo(curation))?.task).toMatchObject({
      selectionId: first.selectionId,
      preference: null,
    })
    expect(await undo(curation)).toBeNull()
    await curation.dataSet.settled()
    expect(folder.output()).toBe('')
  })

  it('is there after a restart, and the data set comes back byte for byte', async () => {
    const curation = await folder.generated()
    const task = openTask(curation)
    await decide(curation, task)
    await curation.dataSet.settled()
    const before = folder.output()
    rmSync(folder.inside('a.dpo.jsonl'))
    const again = await folder.open()
    expect(countsOf(again)).toMatchObject({ annotated: 1, pairs: 1 })
    expect(taskAt(again, 0)).toMatchObject({
      selectionId: task.selectionId,
      preference: best(task),
      milliseconds: 10,
    })
    await again.dataSet.write()
    expect(folder.output()).toBe(before)
  })

  it('of several annotators counts by majority; a draw gives no row', async () => {
    const first = await folder.generated('first')
    const task = openTask(first)
    const [a, b] = task.responses.map(({ candidateId }) => candidateId)
    const prefer = (chosen = '', rejected = ''): Preference => ({
      kind: 'ranking',
      tiers: [[chosen], [rejected]],
    })
    await decide(first, task, prefer(a, b))
    const second = await folder.open('second')
    await decide(second, task, prefer(b, a))
    expect((await folder.open()).comparisons.pairs()).toEqual([])
    await decide(await folder.open('third'), task, prefer(b, a))
    expect((await folder.open()).comparisons.pairs()).toMatchObject([{ chosen: { id: b } }])
    await Promise.all([first.dataSet.settled(), second.dataSet.settled()])
  })

  it('refuses a ranking that does not name each response once', async () => {
    const curation = await folder.generated()
    const task = openTask(curation)
    await expect(
      decide(curation, task, { kind: 'ranking', tiers: [['nobody'], ['noone']] }),
    ).rejects.toMatchObject({ failure: { code: 'bad-input' } })
    expect(existsSync(folder.inside('a.aepo/annotations'))).toBe(false)
    expect(existsSync(folder.inside('a.dpo.jsonl'))).toBe(false)
  })
})

describe('where responses come from', () => {
  const imported = async (): Promise<Curation> => {
    folder.ask(['one'])
    const curation = await folder.open()
    const responses = ['a', 'b'].map((model) => ({ text: `The answer of ${model}.`, model }))
    const file = folder.writeRows('c.jsonl', [{ prompt: 'one', responses }])
    await importCandidates(curation, file)
    await selectAll(curation, new FakeEngine(), QUIETLY)
    return curation
  }
  const origins = (curation: Curation): (string | null)[] =>
    taskAt(curation, 0).responses.map(({ origin }) => origin)

  it('is hidden until the decision, and again after its undoing', async () => {
    const curation = await imported()
    expect(origins(curation)).toEqual([null, null])
    await decide(curation, taskAt(curation, 0))
    expect(origins(curation).toSorted()).toEqual(['a', 'b'])
    await undo(curation)
    expect(origins(curation)).toEqual([null, null])
  })

  it('is shown before the decision where labelling is not blind', async () => {
    folder.set({ sampling: { n: N }, annotation: { blind: false } })
    expect(origins(await imported()).toSorted()).toEqual(['a', 'b'])
  })
})

describe('a decision', () => {
  it('stands as long as the texts do: candidates sampled anew are decided anew, and the same texts are the same decision', async () => {
    const sampled = async (seed: number): Promise<Curation> => {
      folder.set({ sampling: { n: 2, seed } })
      rmSync(folder.inside('a.aepo/candidates.jsonl'), { force: true })
      const curation = await folder.open()
      // An editor that looks on asks for the counts all the time.
      const onActivity = (): void => void countsOf(curation)
      await generate(curation, new FakeEngine(), { ...QUIETLY, onActivity, select: true })
      return curation
    }
    const first = await sampled(1)
    const task = openTask(first)
    await decide(first, task)
    await first.dataSet.settled()
    const rows = folder.output()

    const second = await sampled(2)
    expect(countsOf(second)).toMatchObject({ selected: 5, annotated: 0, pairs: 0 })
    await second.dataSet.write()
    expect(folder.output()).toBe('')
    await expect(decide(second, task)).rejects.toMatchObject({ failure: { code: 'not-found' } })
    renameSync(folder.inside('a.aepo'), folder.inside('kept'))
    // no vector of an earlier text was taken for a new one
    expect((await folder.generated()).round.selections()).toEqual(second.round.selections())
    rmSync(folder.inside('a.aepo'), { recursive: true })
    renameSync(folder.inside('kept'), folder.inside('a.aepo'))

    const again = await sampled(1)
    expect(countsOf(again)).toMatchObject({ selected: 5, annotated: 1, pairs: 1 })
    await again.dataSet.write()
    expect(folder.output()).toBe(rows)
  })

  it('keeps its selection when the settings change; open ones follow', async () => {
    const curation = await folder.generated()
    await decide(curation, openTask(curation))
    await curation.dataSet.settled()
    folder.set({ sampling: { n: N }, selection: { k: 3 } })
    const changed = await folder.open()
    await selectAll(changed, new FakeEngine(), QUIETLY)
    expect(changed.round.selections().map(({ k }) => k)).toEqual([2, 3, 3, 3, 3])
  })
})
