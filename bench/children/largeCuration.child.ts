// One side of the benches `open` and `annotate` in a process of its own: opens a curation, or its
// database, shows the first selection, and annotates some.
import { randomUUID } from 'node:crypto'
import { countsOf } from '../../src/curation/counts'
import { Curation } from '../../src/curation/curation'
import { findTask } from '../../src/curation/labelling/tasks'
import { rankAsShown } from '../support/decide'
import { peakMegabytes } from '../support/memory'
import { makeDatabase, SqliteCuration } from '../support/sqliteCuration'

export interface SideResult {
  /** To the first selection and the counts. */
  openSeconds: number
  /** Of each decision: until it is on disk, and until the next selection is there. */
  acknowledged: number[]
  shown: number[]
  megabytes: number | null
}

interface Side {
  /** Shows the selection; what {@link decide} decides on. */
  show: () => unknown
  /** Resolves when the decision is on disk. */
  decide: () => Promise<void>
  /** Resolves when nothing goes on in the background. */
  settled: () => Promise<void>
}

const [side, file = '', annotator = '', decisions] = process.argv.slice(2)

async function ours(): Promise<Side> {
  const curation = await Curation.open(file, {
    annotator,
    onMessage: console.error,
    now: () => new Date(),
  })
  let task = findTask(curation, { go: 'next-open' })
  const show = (): unknown => {
    task = findTask(curation, { go: 'next-open' })
    return [task, countsOf(curation)]
  }
  const decide = async (): Promise<void> => {
    if (!task) throw new Error('There is nothing to decide on.')
    await rankAsShown(curation, task)
  }
  return { show, decide, settled: () => curation.dataSet.settled() }
}

function sqlite(): Side {
  const curation = new SqliteCuration(file, annotator)
  let task = curation.task()
  const show = (): unknown => {
    task = curation.task()
    return [task, curation.counts()]
  }
  const decide = (): Promise<void> => {
    if (!task) throw new Error('There is nothing to decide on.')
    curation.annotate(randomUUID(), task.selectionId, {
      preference: { kind: 'ranking', tiers: task.candidateIds.map((id) => [id]) },
      milliseconds: 1000,
      at: new Date().toISOString(),
    })
    return Promise.resolve()
  }
  return { show, decide, settled: () => Promise.resolve() }
}

async function main(): Promise<void> {
  const began = performance.now()
  if (side === 'sqlite-from-journals') await makeDatabase(file)
  const { show, decide, settled } = side === 'ours' ? await ours() : sqlite()
  show()
  const openSeconds = (performance.now() - began) / 1000
  const acknowledged: number[] = []
  const shown: number[] = []
  for (let decision = 0; decision < Number(decisions); decision++) {
    await settled()
    const pressed = performance.now()
    await decide()
    acknowledged.push(performance.now() - pressed)
    show()
    shown.push(performance.now() - pressed)
  }
  await settled()
  const result: SideResult = { openSeconds, acknowledged, shown, megabytes: peakMegabytes('self') }
  console.log(JSON.stringify(result))
}

void main()
