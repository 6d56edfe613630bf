// Lines of a file by their positions, read at once.
import { closeSync } from 'node:fs'
import { openIfThereSync, readAt } from './files'
import type { Span } from './journal'

/** Spans with at most so many bytes between them are read together. */
const LARGEST_GAP_BYTES = 1 << 14
const LARGEST_READ_BYTES = 1 << 22

/**
 * The bytes of each span, in the order given; fewer where the file ends before or does not exist.
 * @throws errors of the file system.
 */
export function readSpans(file: string, spans: readonly Span[]): Buffer[] {
  if (spans.length === 0) return []
  const handle = openIfThereSync(file)
  if (handle === null) return spans.map(() => Buffer.alloc(0))
  try {
    const result = new Map<Span, Buffer>()
    for (const group of groupsOf(spans)) {
      const [first, last] = [group[0], group.at(-1)]
      if (!first || !last) continue
      const buffer = Buffer.allocUnsafe(last.offset + last.length - first.offset)
      const bytes = buffer.subarray(0, readAt(handle, buffer, first.offset))
      for (const span of group) {
        const start = span.offset - first.offset
        result.set(span, bytes.subarray(start, start + span.length))
      }
    }
    return spans.map((span) => result.get(span) ?? Buffer.alloc(0))
  } finally {
    closeSync(handle)
  }
}

/** Spans that are near each other, in the order of the file. */
function groupsOf(spans: readonly Span[]): Span[][] {
  const groups: Span[][] = []
  for (const span of spans.toSorted((one, other) => one.offset - other.offset)) {
    const group = groups.at(-1)
    const [first, last] = [group?.[0], group?.at(-1)]
    const isNear =
      first !== undefined &&
      last !== undefined &&
      span.offset - (last.offset + last.length) <= LARGEST_GAP_BYTES &&
      span.offset + span.length - first.offset <= LARGEST_READ_BYTES
    if (isNear) group?.push(span)
    else groups.push([span])
  }
  return groups
}
