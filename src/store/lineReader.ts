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
    for (const { spans: near, start, end } of groupsOf(spans)) {
      const buffer = Buffer.allocUnsafe(end - start)
      const bytes = buffer.subarray(0, readAt(handle, buffer, start))
      for (const span of near) {
        const from = span.offset - start
        result.set(span, bytes.subarray(from, from + span.length))
      }
    }
    return spans.map((span) => result.get(span) ?? Buffer.alloc(0))
  } finally {
    closeSync(handle)
  }
}

interface Group {
  spans: Span[]
  start: number
  end: number
}

/** Spans that are near each other. */
function groupsOf(spans: readonly Span[]): Group[] {
  const groups: Group[] = []
  for (const span of spans.toSorted((one, other) => one.offset - other.offset)) {
    const group = groups.at(-1)
    const end = span.offset + span.length
    if (
      group &&
      span.offset - group.end <= LARGEST_GAP_BYTES &&
      end - group.start <= LARGEST_READ_BYTES
    ) {
      group.spans.push(span)
      group.end = Math.max(group.end, end)
    } else {
      groups.push({ spans: [span], start: span.offset, end })
    }
  }
  return groups
}
