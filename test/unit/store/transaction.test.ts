// Transactions: what others wrote is read before the work begins, and what changed is announced.
import path from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { failureError } from '../../../src/shared/errors'
import type { CurationStore } from '../../../src/store/curationStore'
import { Journal } from '../../../src/store/journal'
import type { StoreChange } from '../../../src/store/storeChange'
import { append, newPaths, openStore } from './support/openStore'
import { annotation, candidate, GENERATION, selection, undo } from './support/samples'

const [p, q] = [selection('p', [0, 1]), selection('q', [0, 1])]

interface Change {
  journals: string[]
  promptIds: string[] | 'all'
  foreign: boolean
}

/** What the store announces from now on. */
function changesOf(store: CurationStore): Change[] {
  const changes: Change[] = []
  store.onChange(({ journals, promptIds, foreign }: StoreChange) =>
    changes.push({
      journals: [...journals],
      promptIds: promptIds === 'all' ? 'all' : [...promptIds],
      foreign,
    }),
  )
  return changes
}

describe('a transaction', () => {
  it('knows what others wrote before its work begins', async () => {
    const paths = newPaths()
    const [ann, bea] = [await openStore(paths), await openStore(paths, 'bea')]
    await append(bea, annotation('1', p, 'bea'))
    const seen = await ann.transaction(() => Promise.resolve(ann.annotations.isAnnotated(p.id)))
    expect(seen).toBe(true)
  })

  it('keeps others out from its check to its append', async () => {
    const paths = newPaths()
    const stores = await Promise.all(['a', 'b', 'c'].map((name) => openStore(paths, name)))
    const won = await Promise.all(
      stores.map((store, place) =>
        store.transaction(async (transaction) => {
          if (store.annotations.isAnnotated(p.id)) return false
          await transaction.appendAnnotation(annotation(String(place), p, 'abc'[place]))
          return true
        }),
      ),
    )
    expect(won.filter(Boolean)).toHaveLength(1)
  })

  it('whose work fails gives the lock back and passes the failure on', async () => {
    const store = await openStore(newPaths())
    const failure = failureError('bad-input', 'No.')
    await expect(store.transaction(() => Promise.reject(failure))).rejects.toMatchObject({
      failure: { code: 'bad-input', message: 'No.' },
    })
    await append(store, annotation('1', p))
    expect(store.annotations.standing('ann').size).toBe(1)
  })

  it('reads each journal once, and after an annotation that of its annotator alone', async () => {
    const paths = newPaths()
    const store = await openStore(paths)
    await append(store, annotation('1', p))
    const reads = vi.spyOn(Journal.prototype, 'visit')
    await append(store, annotation('2', q))
    const files = reads.mock.contexts.map((journal) =>
      path.relative(paths.folder, (journal as Journal<unknown>).file),
    )
    reads.mockRestore()
    expect(files).toEqual([
      'candidates.jsonl',
      'selections.jsonl',
      'annotations/ann.jsonl',
      'left-out.jsonl',
      'annotations/ann.jsonl',
    ])
  })
})

describe('the change that is announced', () => {
  it('names journals and prompts of a write', async () => {
    const store = await openStore(newPaths())
    const changes = changesOf(store)
    await store.appendCandidates(GENERATION, [candidate('p', 0), candidate('q', 0)])
    await store.transaction((transaction) => transaction.appendSelections([p]))
    await store.transaction((transaction) => transaction.appendAnnotation(annotation('1', p)))
    await append(store, undo(annotation('1', p)))
    const own = { foreign: false, promptIds: ['p'] }
    expect(changes).toEqual([
      { ...own, journals: ['candidates'], promptIds: ['p', 'q'] },
      { ...own, journals: ['selections'] },
      { ...own, journals: ['annotations'] },
      { ...own, journals: ['annotations'] },
    ])
  })

  it('of others is announced apart, before the work of the transaction that read it', async () => {
    const paths = newPaths()
    const [ann, bea] = [await openStore(paths), await openStore(paths, 'bea')]
    await append(bea, annotation('1', q, 'bea'))
    const changes = changesOf(ann)
    await ann.transaction(async (transaction) => {
      expect(changes).toHaveLength(1)
      await transaction.appendAnnotation(annotation('2', p))
    })
    const journals = ['annotations']
    expect(changes).toEqual([
      { journals, promptIds: ['q'], foreign: true },
      { journals, promptIds: ['p'], foreign: false },
    ])
  })

  it('is none where nothing new was read', async () => {
    const store = await openStore(newPaths())
    await append(store, annotation('1', p))
    const changes = changesOf(store)
    await store.refresh()
    await store.transaction(() => Promise.resolve())
    expect(changes).toEqual([])
  })
})
