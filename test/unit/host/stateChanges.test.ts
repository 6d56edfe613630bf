// What the host sends of the editor's state when it changed, and that the webview has the same.
import { expect, test } from 'vitest'
import type { EditorState } from '../../../src/shared/editorProtocol'
import type { RunPoint, RunView } from '../../../src/shared/runProtocol'
import { changesBetween, withChanges } from '../../../src/shared/stateChanges'
import { curation, points, run } from '../../webview/harness/samples'

/** The changes, after they have turned `before` into `after`. */
function sent(before: EditorState, after: EditorState): ReturnType<typeof changesBetween> {
  const changes = changesBetween(before, after)
  if (changes) expect(withChanges(before, structuredClone(changes))).toEqual(after)
  else expect(after).toEqual(before)
  return changes
}

const withRuns = (...runs: RunView[]): EditorState => curation({ runs })

test('nothing is sent where nothing changed', () => {
  expect(sent(withRuns(run()), withRuns(run()))).toBeNull()
})

test('a slice that changed is sent alone', () => {
  expect(sent(curation(), curation({ counts: { annotated: 1 } }))).toEqual({
    counts: curation({ counts: { annotated: 1 } }).counts,
  })
  expect(Object.keys(sent(curation(), curation({ trusted: false })) ?? {})).toEqual(['trusted'])
})

test('a slice that is gone is sent as null', () => {
  const earlier = { candidates: 3, settings: ['seed'], key: 'k' }
  expect(sent(curation({ earlier }), curation())).toEqual({ earlier: null })
})

test('of a run that goes on, the points that are new are sent', () => {
  const before = run({ points: points(5000), step: 5000 })
  const after = run({ points: points(5002), step: 5002 })
  const changes = sent(
    withRuns(run({ id: 'other' }), before),
    withRuns(run({ id: 'other' }), after),
  )
  expect(changes?.runs).toEqual({
    order: ['other', before.id],
    changed: [{ run: { ...after, points: points(5002).slice(5000) }, pointsFrom: 5000 }],
  })
})

test('of a run that resumed, the points after its checkpoint are replaced', () => {
  const again: RunPoint[] = points(8).map((point) =>
    point.step > 4 ? { ...point, loss: 1 } : point,
  )
  const changes = sent(withRuns(run({ points: points(10) })), withRuns(run({ points: again })))
  expect(changes?.runs?.changed[0]?.pointsFrom).toBe(4)
  const shorter = sent(withRuns(run({ points: points(10) })), withRuns(run({ points: points(4) })))
  expect(shorter?.runs?.changed[0]).toMatchObject({ pointsFrom: 4, run: { points: [] } })
})

test('a run that came or went changes the order', () => {
  const first = run({ id: 'first' })
  expect(sent(withRuns(first), withRuns(first, run({ id: 'second' })))?.runs?.order).toEqual([
    'first',
    'second',
  ])
  expect(sent(withRuns(first), withRuns())?.runs).toEqual({ order: [], changed: [] })
})
