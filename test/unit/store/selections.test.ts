// Selections in the store: which one of a pool is shown.
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { textHash } from '../../../src/core/formats/ids'
import type { CurationStore } from '../../../src/store/curationStore'
import type { StoreChange } from '../../../src/store/storeChange'
import { append, idsOf, newPaths, openStore, select } from './support/openStore'
import { annotation, candidate, GENERATION, selection, undo } from './support/samples'

/** With eight candidates of each prompt. */
async function newStore(paths = newPaths()): Promise<CurationStore> {
  const store = await openStore(paths)
  for (const promptId of ['p', 'q'])
    await store.appendCandidates(
      GENERATION,
      Array.from({ length: 8 }, (_, index) => candidate(promptId, index)),
    )
  return store
}

describe('selections', () => {
  const [first, second, third] = [
    selection('p', [0, 1]),
    selection('p', [0, 2], { lambda: 1 }),
    selection('p', [3, 4], { lambda: 2 }),
  ]

  it('show the latest, or the latest annotated by anyone', async () => {
    const paths = newPaths()
    const store = await newStore(paths)
    expect(store.selections.counting('p', 1)[0]).toBeUndefined()
    await select(store, first, second, selection('q', [0]))
    expect(store.selections.counting('p', 1)[0]).toEqual(second)
    const other = await openStore(paths, 'bea')
    await append(other, annotation('1', first, 'bea'))
    await store.refresh()
    expect(store.selections.counting('p', 1)[0]).toEqual(first)
    await append(store, annotation('2', second))
    expect(store.selections.counting('p', 1)[0]).toEqual(second)
    await append(store, undo(annotation('2', second)))
    expect(store.selections.counting('p', 1)[0]).toEqual(first)
    await append(other, undo(annotation('1', first, 'bea')))
    await store.refresh()
    expect(store.selections.counting('p', 1)[0]).toEqual(second)
    expect([...store.selections.all()]).toEqual([first, second, selection('q', [0])])
    expect(store.selections.selection(first.id)).toEqual(first)
    expect(store.selections.selection('none')).toBeUndefined()
  })

  it('made again become the latest', async () => {
    const store = await newStore()
    for (const each of [first, second, third, first]) await select(store, each)
    expect(store.selections.counting('p', 1)[0]).toEqual(first)
    expect(idsOf(store.selections.all())).toHaveLength(3)
  })

  it('count while their candidates have the texts that they were made from', async () => {
    const paths = newPaths()
    const store = await newStore(paths)
    const other = selection('p', [0, 3], { textHashes: [textHash('another'), textHash('text')] })
    await select(store, first, other)
    expect(store.selections.selection(other.id)).toBeUndefined()
    expect(() => store.selections.required(other.id)).toThrow('no longer exists')
    expect(store.selections.counting('p', 1)[0]).toEqual(first)
    const changes: StoreChange[] = []
    store.onChange((change) => changes.push(change))
    writeFileSync(paths.candidates, '')
    await store.refresh()
    expect(store.selections.counting('p', 1)[0]).toBeUndefined()
    await store.appendCandidates(GENERATION, [candidate('p', 0), candidate('p', 1)])
    expect(store.selections.counting('p', 1)[0]).toEqual(first)
    expect(changes.map(({ journals }) => [...journals])).toEqual([
      ['candidates', 'selections'],
      ['candidates', 'selections'],
    ])
  })
})
