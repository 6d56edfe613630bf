// Selections by a rule that learns, as the editor has them made: after a decision was answered.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { findTask } from '../../../src/curation/labelling/tasks'
import { CurationDocument } from '../../../src/host/curationDocument'
import type { Counts, Task } from '../../../src/shared/curationViews'
import { failureError } from '../../../src/shared/errors'
import { CurationFolder } from '../curation/support/curationFolder'
import { FakeEngine } from '../curation/support/fakeEngine'
import { decide, openTask } from '../curation/support/labelling'
import { documentServices } from './support/documentServices'

/** What comes before each answer to “select”. */
let beforeSelecting: () => Promise<void>
let isTrusted: boolean
let document: CurationDocument

beforeEach(async () => {
  beforeSelecting = () => Promise.resolve()
  isTrusted = true
  const prompts = Array.from({ length: 8 }, (_, place) => `number ${place}`)
  const settings = { sampling: { n: 4 }, selection: { method: 'd-optimal' as const } }
  const folder = new CurationFolder(prompts, settings)
  const fake = new FakeEngine()
  const services = documentServices(folder.path, fake)
  const engine = {
    ...services.engine,
    request: (async (...call: Parameters<FakeEngine['request']>) => {
      if (call[0] === 'select') await beforeSelecting()
      return fake.request(...call)
    }) as FakeEngine['request'],
  }
  const uri = { fsPath: folder.file, path: folder.file } as unknown as CurationDocument['uri']
  document = new CurationDocument(uri, {
    ...services,
    engine,
    window: { ...services.window, isTrusted: () => isTrusted },
  })
  await document.generate()
  await show()
})
afterEach(async () => {
  await document.quiet()
  document.dispose()
})

const counts = (): Counts => document.state().counts ?? expect.fail()

/** Shows the first open task, as a panel does. */
async function show(): Promise<Task | null> {
  const task = findTask(await document.open(), { go: 'next-open' })
  document.lookAhead.request(task)
  return task
}

it('has the next two selections ready while one is on the screen', async () => {
  await vi.waitFor(() => expect(counts()).toMatchObject({ selected: 3, due: 5 }))
  const curation = await document.open()
  await decide(curation, openTask(curation))
  await show()
  await vi.waitFor(() => expect(counts()).toMatchObject({ selected: 4, annotated: 1, due: 4 }))
})

it('answers decisions while a selection is being made', async () => {
  await vi.waitFor(() => expect(counts().selected).toBe(3))
  let open = (): void => undefined
  const gate = new Promise<void>((resolve) => (open = resolve))
  let waiting = 0
  beforeSelecting = () => {
    waiting++
    return gate
  }
  const curation = await document.open()
  for (const labelled of [1, 2, 3]) {
    await decide(curation, openTask(curation))
    await show()
    await vi.waitFor(() => expect(waiting).toBe(1))
    expect(counts().annotated).toBe(labelled)
  }
  // all that was ready is labelled: the page says that the next one is being made
  expect(await show()).toBeNull()
  expect(counts()).toMatchObject({ selected: 3, due: 5 })
  open()
  await vi.waitFor(() => expect(counts().selected).toBe(5))
  expect(await show()).not.toBeNull()
})

it('goes to a prompt that has no selection yet by making it', async () => {
  const curation = await document.open()
  await document.lookAhead.reach({ go: 'to', position: 6 })
  expect(findTask(curation, { go: 'to', position: 6 })?.position).toBe(6)
  // what comes after it is made ready, and after the last prompt the first ones
  document.lookAhead.request(findTask(curation, { go: 'to', position: 6 }))
  await vi.waitFor(() =>
    expect(curation.round.isAwaiting(curation.prompts[7]?.id ?? '')).toBe(false),
  )
})

it('shows why selecting failed, keeps the labels, and tries again when it is asked', async () => {
  await vi.waitFor(() => expect(counts().selected).toBe(3))
  beforeSelecting = () => Promise.reject(failureError('engine-died', 'The engine ended.'))
  const curation = await document.open()
  await decide(curation, openTask(curation))
  await show()
  await vi.waitFor(() => expect(document.state().obstacle?.failure.code).toBe('engine-died'))
  expect(counts()).toMatchObject({ selected: 3, annotated: 1 })
  beforeSelecting = () => Promise.resolve()
  await decide(curation, openTask(curation))
  await show()
  await vi.waitFor(() => expect(counts().selected).toBe(5))
})

it('selects nothing in an untrusted workspace', async () => {
  await vi.waitFor(() => expect(counts().selected).toBe(3))
  isTrusted = false
  const curation = await document.open()
  await decide(curation, openTask(curation))
  await show()
  await document.lookAhead.reach({ go: 'to', position: 6 })
  await document.quiet()
  expect(counts()).toMatchObject({ selected: 3, annotated: 1 })
})
