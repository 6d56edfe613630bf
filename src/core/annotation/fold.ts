// What stands of a journal of annotations: annotating again replaces, undoing brings back what was
// replaced.
import type { Annotation, AnnotationRecord } from '../../shared/domain'

/**
 * The annotations of one annotator, folded record by record in journal order. Records seen before
 * are passed over.
 */
export class AnnotationFold {
  /** Annotations not undone, by selection, oldest first; the last one stands. */
  private readonly bySelection = new Map<string, Annotation[]>()
  private readonly standingBySelection = new Map<string, Annotation>()
  /** In the order they were made, undone ones among them. */
  private readonly made: Annotation[] = []
  private readonly seen = new Set<string>()
  private readonly undone = new Set<string>()
  private readonly flaggedPrompts = new Set<string>()

  /** Every annotation, undone and replaced ones included, in the order in which they were made. */
  get all(): readonly Annotation[] {
    return this.made
  }

  /** The standing annotation of each selection that has one. */
  get standing(): ReadonlyMap<string, Annotation> {
    return this.standingBySelection
  }

  /** How many annotations of the selection are not undone. */
  timesGiven(selectionId: string): number {
    return this.bySelection.get(selectionId)?.length ?? 0
  }

  /** Ids of the prompts that carry a flag. */
  get flagged(): ReadonlySet<string> {
    return this.flaggedPrompts
  }

  /**
   * The last annotation made that is not undone, of those that `counts`: what an undo takes back.
   */
  last(counts: (annotation: Annotation) => boolean): Annotation | undefined {
    return this.made.findLast((annotation) => !this.undone.has(annotation.id) && counts(annotation))
  }

  /** @returns the prompt whose standing annotations or flag may have changed; null for none. */
  add(record: AnnotationRecord): string | null {
    if (this.seen.has(record.id)) return null
    this.seen.add(record.id)
    if (record.kind === 'undo') return this.undo(record.annotationId)
    if (record.kind === 'flag') return this.flag(record)
    this.made.push(record)
    if (this.undone.has(record.id)) return null
    this.annotate(record)
    return record.promptId
  }

  private flag({ promptId, flagged }: Extract<AnnotationRecord, { kind: 'flag' }>): string {
    if (flagged) this.flaggedPrompts.add(promptId)
    else this.flaggedPrompts.delete(promptId)
    return promptId
  }

  private annotate(annotation: Annotation): void {
    const earlier = this.bySelection.get(annotation.selectionId)
    if (earlier) earlier.push(annotation)
    else this.bySelection.set(annotation.selectionId, [annotation])
    this.standingBySelection.set(annotation.selectionId, annotation)
  }

  /** An undo may come before its annotation, when journals of two machines were merged. */
  private undo(annotationId: string): string | null {
    if (this.undone.has(annotationId)) return null
    this.undone.add(annotationId)
    for (let place = this.made.length - 1; place >= 0; place--) {
      const annotation = this.made[place]
      if (annotation?.id !== annotationId) continue
      const left = (this.bySelection.get(annotation.selectionId) ?? []).filter(
        ({ id }) => id !== annotationId,
      )
      this.bySelection.set(annotation.selectionId, left)
      const standing = left.at(-1)
      if (standing) this.standingBySelection.set(annotation.selectionId, standing)
      else this.standingBySelection.delete(annotation.selectionId)
      return annotation.promptId
    }
    return null
  }
}
