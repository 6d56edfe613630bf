// A panel and its webview: what it answers, what it tells by itself, and what it keeps to itself.
import { beforeEach, expect, it } from 'vitest'
import type { Task } from '../../../src/shared/curationViews'
import type { EditorHostSide, EditorWebviewSide } from '../../../src/shared/editorProtocol'
import { connect, type Peer } from '../../../src/shared/rpc'
import type { StateChanges } from '../../../src/shared/stateChanges'
import { FakeHost } from '../../webview/harness/fakeHost'
import { evaluation, FakePairs } from '../../webview/harness/fakePairs'
import { curation, task, tasks } from '../../webview/harness/samples'

let told: (StateChanges | Task | null)[]

function connected(host: FakeHost): Peer<EditorHostSide> {
  let toHost: (message: unknown) => void = () => undefined
  let toWebview: (message: unknown) => void = () => undefined
  host.connect({
    send: (message) => toWebview(message),
    onMessage: (listener) => (toHost = listener),
  })
  return connect<EditorWebviewSide, EditorHostSide>(
    { send: (message) => toHost(message), onMessage: (listener) => (toWebview = listener) },
    {},
    { state: (changes) => told.push(changes), task: (arrived) => told.push(arrived) },
  )
}

const tie = (selectionId: string): EditorHostSide['requests']['annotate'][0] => ({
  selectionId,
  preference: { kind: 'tie' },
  milliseconds: 1,
  shownOrder: [],
  note: '',
  next: { go: 'next-open', from: selectionId },
})

/** All pending messages have been sent by then. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

beforeEach(() => {
  told = []
})

it('tells nothing before the webview is ready', async () => {
  const host = new FakeHost(curation(), tasks(2))
  connected(host)
  host.count({ annotated: 1 })
  host.replaceTasks(tasks(3))
  await settled()
  expect(told).toEqual([])
})

it('begins at the place that the webview remembers, else at the first open task', async () => {
  const all = tasks(3).map((one) =>
    one.position === 0 ? { ...one, preference: { kind: 'tie' as const } } : one,
  )
  const webview = connected(new FakeHost(curation(), all))
  expect((await webview.request('ready', { shown: null })).task?.position).toBe(1)
  expect(
    (await webview.request('ready', { shown: { selectionId: 'gone', position: 2 } })).task
      ?.position,
  ).toBe(2)
})

it('does not tell the panel of its own decision, but others', async () => {
  const host = new FakeHost(curation(), tasks(2))
  const [one, other] = [connected(host), connected(host)]
  await one.request('ready', { shown: null })
  await other.request('ready', { shown: null })
  told = []
  expect((await one.request('annotate', tie('selection-1')))?.position).toBe(1)
  await settled()
  const shown = told.filter((what) => what !== null && 'selectionId' in what)
  expect(shown).toMatchObject([{ selectionId: 'selection-1', preference: { kind: 'tie' } }])
})

it('keeps what is shown while the curation is broken', async () => {
  const host = new FakeHost(curation(), tasks(2))
  const webview = connected(host)
  await webview.request('ready', { shown: null })
  host.break({ code: 'bad-input', message: 'Not JSON.' })
  host.replaceTasks([])
  await settled()
  expect(told.map((what) => Object.keys(what ?? {}))).toEqual([['file', 'obstacle']])
  host.mend()
  await settled()
  expect(told.at(-1)).toBeNull()
})

it('shows what is nearest when the selection shown is gone', async () => {
  const host = new FakeHost(curation(), tasks(3))
  const webview = connected(host)
  await webview.request('ready', { shown: { selectionId: 'gone', position: 1 } })
  host.replaceTasks([task(0), task(2)])
  await settled()
  expect(told).toMatchObject([{ position: 2 }])
})

it('answers with the pairs of an evaluation while that is shown, and with selections again', async () => {
  const host = new FakeHost(curation(), tasks(2))
  const view = evaluation({ pairs: 2 })
  new FakePairs(host, view)
  const webview = connected(host)
  await webview.request('ready', { shown: null })
  const pair = await webview.request('show', { evaluation: view.id })
  expect(pair?.selectionId).toBe('pair-1')
  expect(pair?.responses.map(({ origin, tokenCount }) => [origin, tokenCount])).toEqual([
    [null, null],
    [null, null],
  ])
  expect((await webview.request('annotate', tie('pair-1')))?.selectionId).toBe('pair-2')
  expect(await webview.request('pool', { selectionId: 'pair-2' })).toEqual([])
  expect((await webview.request('undo', null))?.task.selectionId).toBe('pair-1')
  await settled()
  expect(told.filter((one) => one && 'selectionId' in one)).toEqual([])
  const selection = await webview.request('show', { evaluation: null })
  expect(selection?.selectionId).toBe('selection-1')
})
