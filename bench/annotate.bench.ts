// One decision: until it is on disk, and until the next selection is there, beside the same in
// plain SQLite.
import type { SideResult } from './children/largeCuration.child'
import { median, print, type Row, rowOf, THE_GOAL } from './report'
import { optionsOf } from './support/options'
import { percentile } from './support/percentile'
import { inWords, runSide, withCurations } from './support/sides'
import { makeDatabase } from './support/sqliteCuration'

const GOAL_ACKNOWLEDGED_MILLISECONDS = 10
const GOAL_SHOWN_MILLISECONDS = 50
const PEER = 'SQLite, WAL, synchronous = FULL'

const options = optionsOf({
  sizes: '10000,128000,1280000',
  folder: '',
  /** Selections annotated in each run. */
  decisions: '50',
})
const rows: Row[] = []

await withCurations(options.text('sizes'), options.text('folder'), async (file, candidates) => {
  await makeDatabase(file)
  runSide('ours', file, 'opens', 0) // makes the index
  const runs = Array.from({ length: options.runs }, () => {
    const annotator = `bench-${Math.random().toString(36).slice(2)}`
    const decisions = options.number('decisions')
    return {
      ours: runSide('ours', file, annotator, decisions),
      peer: runSide('sqlite', file, annotator, decisions),
    }
  })
  const size = `${inWords(candidates)} candidates`
  const measures: { name: string; of: (result: SideResult) => number; goal: number }[] = [
    {
      name: `a decision until it is flushed, median, ${size}`,
      of: ({ acknowledged }) => median(acknowledged),
      goal: GOAL_ACKNOWLEDGED_MILLISECONDS,
    },
    {
      name: `a decision until the next selection is there, 95th percentile, ${size}`,
      of: ({ shown }) => percentile(shown, 95),
      goal: GOAL_SHOWN_MILLISECONDS,
    },
  ]
  const oursMegabytes = Math.max(...runs.map(({ ours }) => ours.megabytes ?? NaN))
  const peerMegabytes = Math.max(...runs.map(({ peer }) => peer.megabytes ?? NaN))
  for (const { name, goal, of } of measures) {
    rows.push(
      rowOf(
        { name, unit: 'ms', peerName: PEER, oursMegabytes, peerMegabytes },
        runs.map(({ ours, peer }) => ({ ours: of(ours), peer: of(peer) })),
        'less',
      ),
      rowOf(
        { name, unit: 'ms', peerName: THE_GOAL, goal: 1, oursMegabytes },
        runs.map(({ ours }) => ({ ours: of(ours), peer: goal })),
        'less',
      ),
    )
  }
})
print('annotate', rows, options.json)
