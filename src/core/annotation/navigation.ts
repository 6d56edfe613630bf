// Which selection of a list to show next.
import type { TaskRequest } from '../../shared/curationViews'

export interface Destinations<T> {
  id: (item: T) => string
  /** 0-based place among all prompts; grows along the list. */
  position: (item: T) => number
  /** Whether it is still to be labelled. */
  isOpen: (item: T) => boolean
}

/**
 * Beyond the ends lie the first and the last item; undefined for an empty list, and where the next
 * open item is wanted and there is none. The search for an open one goes on from the beginning.
 */
export function destination<T>(
  list: readonly T[],
  request: TaskRequest,
  { id, position, isOpen }: Destinations<T>,
): T | undefined {
  const indexOf = (wanted: string | undefined): number =>
    list.findIndex((one) => id(one) === wanted)
  switch (request.go) {
    case 'next-open': {
      const start = indexOf(request.from) + 1
      return list.slice(start).find(isOpen) ?? list.slice(0, start).find(isOpen)
    }
    case 'next':
      return list[Math.min(indexOf(request.from) + 1, list.length - 1)]
    case 'previous':
      return list[Math.max(indexOf(request.from) - 1, 0)]
    case 'to':
      return (
        list.find((item) => id(item) === request.selectionId) ??
        list.find((item) => position(item) >= request.position) ??
        list.at(-1)
      )
  }
}
