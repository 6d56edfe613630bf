// Sets of annotations as selections record them: each by its difference from that of an earlier
// selection, so that records stay small and name the same annotations after journals were merged.
// Invariant I24.
import { idsHash } from '../../core/formats/ids'
import type { LearnedFrom, Selection } from '../../shared/domain'

type NamedSet = Pick<LearnedFrom, 'annotations' | 'since' | 'added' | 'removed'>

/** Ids of annotations in the order of learning, as a difference from an earlier set. */
export function namedSet(
  ids: readonly string[],
  earlier: { annotations: string; ids: ReadonlySet<string> } | null,
): NamedSet {
  const annotations = idsHash(ids)
  if (!earlier) return { annotations, added: [...ids] }
  const now = new Set(ids)
  const added = ids.filter((id) => !earlier.ids.has(id))
  const removed = [...earlier.ids].filter((id) => !now.has(id))
  if (added.length + removed.length > ids.length) return { annotations, added: [...ids] }
  return {
    annotations,
    since: earlier.annotations,
    added,
    ...(removed.length === 0 ? {} : { removed }),
  }
}

/** The sets that the selections of a journal name, by hash. */
export class AnnotationSets {
  private readonly named = new Map<string, NamedSet>()

  constructor(selections: Iterable<Selection>) {
    for (const { learned } of selections)
      if (learned?.from) this.named.set(learned.from.annotations, learned.from)
  }

  /** null where a selection that a set refers to is no longer in the journal. */
  ids(annotations: string): ReadonlySet<string> | null {
    const path: NamedSet[] = []
    const visited = new Set<string>()
    for (let hash: string | undefined = annotations; hash !== undefined;) {
      const set = this.named.get(hash)
      if (!set || visited.has(hash)) return null
      visited.add(hash)
      path.push(set)
      hash = set.since
    }
    const ids = new Set<string>()
    for (const { added, removed = [] } of path.toReversed()) {
      for (const id of removed) ids.delete(id)
      for (const id of added) ids.add(id)
    }
    return ids
  }
}
