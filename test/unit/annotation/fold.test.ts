// Folding a journal of annotations, against a plain model of it: a list from which undone entries
// are struck.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AnnotationFold } from '../../../src/core/annotation/fold'
import type { Annotation, AnnotationRecord } from '../../../src/shared/domain'

const annotation = (id: string, selectionId: string): Annotation => ({
  kind: 'annotation',
  id,
  selectionId,
  promptId: 'p',
  annotator: 'ann',
  preference: { kind: 'tie' },
  shownOrder: [],
  milliseconds: 0,
  at: '2026-01-01T00:00:00Z',
})
const undo = (annotationId: string): AnnotationRecord => ({
  kind: 'undo',
  id: `undo-${annotationId}`,
  annotationId,
  annotator: 'ann',
  at: '2026-01-01T00:00:00Z',
})
function standing(records: AnnotationRecord[]): Record<string, string> {
  const fold = new AnnotationFold()
  for (const record of records) fold.add(record)
  return Object.fromEntries([...fold.standing].map(([selection, { id }]) => [selection, id]))
}

describe('AnnotationFold', () => {
  it.each<[name: string, records: AnnotationRecord[], result: Record<string, string>]>([
    [
      'the latest of a selection stands',
      [annotation('1', 'a'), annotation('2', 'b'), annotation('3', 'a')],
      { a: '3', b: '2' },
    ],
    [
      'undo brings back what was replaced',
      [annotation('1', 'a'), annotation('2', 'a'), undo('2')],
      { a: '1' },
    ],
    [
      'undoing all leaves nothing',
      [annotation('1', 'a'), annotation('2', 'a'), undo('2'), undo('1')],
      {},
    ],
    [
      'undo removes exactly the one named',
      [annotation('1', 'a'), annotation('2', 'a'), undo('1')],
      { a: '2' },
    ],
    [
      'annotated again after an undo',
      [annotation('1', 'a'), undo('1'), annotation('2', 'a')],
      { a: '2' },
    ],
    ['undo of something unknown', [annotation('1', 'a'), undo('9')], { a: '1' }],
    ['an undo that a merge put before its annotation', [undo('1'), annotation('1', 'a')], {}],
    [
      'a line that a merge doubled',
      [annotation('1', 'a'), annotation('2', 'a'), annotation('1', 'a')],
      { a: '2' },
    ],
  ])('%s', (_, records, result) => {
    expect(standing(records)).toEqual(result)
  })

  it('agrees with striking undone entries from the list', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('annotate' as const),
        selection: fc.constantFrom('a', 'b', 'c'),
      }),
      fc.record({ kind: fc.constant('undo' as const), which: fc.nat(20) }),
    )
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const fold = new AnnotationFold()
        let model: Annotation[] = []
        steps.forEach((each, place) => {
          if (each.kind === 'annotate') {
            const made = annotation(String(place), each.selection)
            model.push(made)
            fold.add(made)
          } else {
            model = model.filter(({ id }) => id !== String(each.which))
            // An undo of an annotation still to come would take that one back too.
            if (each.which < place) fold.add(undo(String(each.which)))
          }
        })
        expect(new Map(fold.standing)).toEqual(
          new Map(model.map((made) => [made.selectionId, made])),
        )
        expect(fold.last(() => true)).toBe(model.at(-1))
        expect(fold.last(({ selectionId }) => selectionId === 'a')).toBe(
          model.findLast(({ selectionId }) => selectionId === 'a'),
        )
      }),
    )
  })
})
