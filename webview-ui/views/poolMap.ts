// The map of a pool: candidates with similar texts are near each other. What it shows is in the
// list of candidates, too.
import { html, svg, type SVGTemplateResult, type TemplateResult } from 'lit'
import type { PoolEntry, PoolMap, Task } from '../../src/shared/curationViews'
import { strings } from '../strings'

/** Pixels. */
const MOST_WIDTH = 720
const HEIGHT = 220
const MARGIN = 16
/** Around the map in the page. */
const EDGES = 48
const RADIUS = { selected: 10, other: 5, cross: 4 }
/** Characters of a text in its tooltip. */
const BEGINNING = 200

export const detailsOf = ({ candidateId }: PoolEntry): string => `candidate-${candidateId}`

export const kindOf = ({ outcome }: PoolEntry): 'selected' | 'kept' | 'removed' =>
  outcome === 'selected' || outcome === 'kept' ? outcome : 'removed'

/** "Response 1", "Not selected", "Left out: looping" */
export const outcomeText = (entry: PoolEntry, task: Task): string =>
  entry.outcome === 'selected'
    ? strings.task.response(numberOf(entry, task))
    : strings.pool.outcomes[entry.outcome]

const numberOf = ({ candidateId }: PoolEntry, { responses }: Task): number =>
  responses.findIndex((response) => response.candidateId === candidateId) + 1

/** @param room pixels of the window. */
export function poolMap(
  entries: readonly PoolEntry[],
  { places, share }: PoolMap,
  task: Task,
  room: number,
): TemplateResult {
  const width = Math.min(room - EDGES, MOST_WIDTH)
  const placed = placedIn(entries, places, width)
  return html`<figure class="pool-map">
    <svg
      viewBox="0 0 ${width} ${HEIGHT}"
      width=${width}
      height=${HEIGHT}
      role="img"
      aria-label=${strings.pool.map(placed.length)}
    >
      ${placed.map((each) => point(each, task))}
    </svg>
    <figcaption class="aside">${strings.pool.mapMeaning(share)}</figcaption>
  </figure>`
}

interface Placed {
  entry: PoolEntry
  x: number
  y: number
}

/** In one scale for both directions, as large as fits; the responses that are shown come last. */
function placedIn(
  entries: readonly PoolEntry[],
  places: PoolMap['places'],
  width: number,
): Placed[] {
  const placed = entries.flatMap((entry) => {
    const place = places[entry.candidateId]
    return place ? [{ entry, x: place[0], y: place[1] }] : []
  })
  const across = rangeOf(placed.map(({ x }) => x))
  const down = rangeOf(placed.map(({ y }) => y))
  const scale = Math.min(
    (width - 2 * MARGIN) / Math.max(across.size, Number.EPSILON),
    (HEIGHT - 2 * MARGIN) / Math.max(down.size, Number.EPSILON),
  )
  return placed
    .map(({ entry, x, y }) => ({
      entry,
      x: width / 2 + (x - across.middle) * scale,
      y: HEIGHT / 2 + (y - down.middle) * scale,
    }))
    .toSorted((one, other) => rank(one) - rank(other))
}

function rangeOf(values: readonly number[]): { middle: number; size: number } {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  return { middle: (least + most) / 2, size: most - least }
}

const rank = ({ entry }: Placed): number => ['removed', 'kept', 'selected'].indexOf(kindOf(entry))

function point({ entry, x, y }: Placed, task: Task): SVGTemplateResult {
  const kind = kindOf(entry)
  return svg`<g class="point ${kind}" transform="translate(${x.toFixed(1)} ${y.toFixed(1)})"
    @click=${(event: Event) => openDetails(event, entry)}>
    <title>${outcomeText(entry, task)}: ${entry.text.slice(0, BEGINNING)}</title>
    ${SHAPES[kind](entry, task)}
  </g>`
}

const SHAPES: Record<
  ReturnType<typeof kindOf>,
  (entry: PoolEntry, task: Task) => SVGTemplateResult
> = {
  selected: (entry, task) =>
    svg`<circle r=${RADIUS.selected} /><text dy="0.35em">${numberOf(entry, task)}</text>`,
  kept: () => svg`<circle r=${RADIUS.other} />`,
  removed: () => {
    const { cross: c } = RADIUS
    return svg`<path d="M${-c} ${-c} ${c} ${c}M${-c} ${c} ${c} ${-c}" />`
  },
}

/** Opens the candidate in the list. */
function openDetails({ currentTarget }: Event, entry: PoolEntry): void {
  const root = currentTarget instanceof Node ? currentTarget.ownerDocument : null
  const details = root?.getElementById(detailsOf(entry))
  if (!(details instanceof HTMLDetailsElement)) return
  details.open = true
  details.scrollIntoView({ block: 'nearest' })
  details.querySelector('summary')?.focus()
}
