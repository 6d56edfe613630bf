// From opening a curation to its first selection, with and without the index on disk, beside the
// same in plain SQLite.
import { rmSync } from 'node:fs'
import { print, type Row, rowOf, THE_GOAL } from './report'
import { optionsOf } from './support/options'
import { inWords, runSide, withCurations } from './support/sides'

const GOAL_SECONDS = 2
const GOAL_MEGABYTES = 300
const PEER = 'SQLite'

const options = optionsOf({ sizes: '10000,128000,1280000', folder: '' })
const rows: Row[] = []

await withCurations(options.text('sizes'), options.text('folder'), (file, candidates) => {
  const name = `${inWords(candidates)} candidates`
  rmSync(file.replace(/\.aepo\.json$/, '.aepo/candidates.index'), { force: true })
  rmSync(file.replace(/\.aepo\.json$/, '.sqlite'), { force: true })
  const first = {
    ours: runSide('ours', file, 'opens', 0),
    peer: runSide('sqlite-from-journals', file, 'opens', 0),
  }
  rows.push(
    rowOf(
      {
        name: `from the journals alone to the first selection, ${name}`,
        unit: 's',
        peerName: `${PEER}, filled from the journals`,
        oursMegabytes: first.ours.megabytes,
        peerMegabytes: first.peer.megabytes,
      },
      [{ ours: first.ours.openSeconds, peer: first.peer.openSeconds }],
      'less',
    ),
  )
  const runs = Array.from({ length: options.runs }, () => ({
    ours: runSide('ours', file, 'opens', 0),
    peer: runSide('sqlite', file, 'opens', 0),
  }))
  const greatest = (values: (number | null)[]): number =>
    Math.max(...values.map((value) => value ?? NaN))
  const oursMegabytes = greatest(runs.map(({ ours }) => ours.megabytes))
  const about = { name: `from opening to the first selection, ${name}`, unit: 's', oursMegabytes }
  rows.push(
    rowOf(
      {
        ...about,
        peerName: PEER,
        peerMegabytes: greatest(runs.map(({ peer }) => peer.megabytes)),
      },
      runs.map(({ ours, peer }) => ({ ours: ours.openSeconds, peer: peer.openSeconds })),
      'less',
    ),
    rowOf(
      { ...about, peerName: THE_GOAL, goal: 1 },
      runs.map(({ ours }) => ({ ours: ours.openSeconds, peer: GOAL_SECONDS })),
      'less',
    ),
    rowOf(
      { name: `greatest resident size, ${name}`, unit: 'MB', peerName: THE_GOAL, goal: 1 },
      runs.map(({ ours }) => ({ ours: ours.megabytes ?? NaN, peer: GOAL_MEGABYTES })),
      'less',
    ),
  )
})
print('open', rows, options.json)
