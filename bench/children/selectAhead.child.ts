// Labelling by a rule that learns, in a process of its own: opens a curation, makes the next
// selections, and annotates some, as an editor does.
import { countsOf } from '../../src/curation/counts'
import { Curation } from '../../src/curation/curation'
import { findTask } from '../../src/curation/labelling/tasks'
import { selectAhead } from '../../src/curation/learning/selectAhead'
import { rankAsShown } from '../support/decide'
import { newEngine } from '../support/engine'
import { peakMegabytes } from '../support/memory'

export interface SelectAheadResult {
  /** From opening to the first selections by the rule. */
  openSeconds: number
  /** Of each decision, in milliseconds: until it is on disk, and until the next task is there. */
  acknowledged: number[]
  shown: number[]
  /** Of each decision, in milliseconds: until the selections after the shown one are ready. */
  ready: number[]
  /** Processor time of this process for each decision, in milliseconds. */
  processor: number[]
  /** Longest time that a key would have waited, in milliseconds: at opening, and later. */
  firstStall: number
  stalls: number[]
  megabytes: number | null
  engineMegabytes: number | null
}

const [file = '', annotator = '', decisions] = process.argv.slice(2)

/** The longest time for which the event loop did nothing else, in milliseconds. */
async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let last = performance.now()
  let longest = 0
  const timer = setInterval(() => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
  }, 1)
  try {
    await work()
  } finally {
    clearInterval(timer)
  }
  return Math.max(longest, performance.now() - last)
}

async function main(): Promise<void> {
  const engine = newEngine()
  const { signal } = new AbortController()
  const began = performance.now()
  const curation = await Curation.open(file, {
    annotator,
    onMessage: console.error,
    now: () => new Date(),
  })
  const ahead = (shown: string | null): Promise<number> =>
    selectAhead(curation, engine, { shown, signal })
  const firstStall = await longestStall(() => ahead(null))
  const openSeconds = (performance.now() - began) / 1000

  let task = findTask(curation, { go: 'next-open' })
  const result: SelectAheadResult = {
    openSeconds,
    acknowledged: [],
    shown: [],
    ready: [],
    processor: [],
    firstStall,
    stalls: [],
    megabytes: null,
    engineMegabytes: null,
  }
  for (let decision = 0; decision < Number(decisions); decision++) {
    const decided = task
    if (!decided) throw new Error('There is nothing to decide on.')
    const pressed = performance.now()
    const before = process.cpuUsage()
    await rankAsShown(curation, decided)
    result.acknowledged.push(performance.now() - pressed)
    task = findTask(curation, { go: 'next-open', from: decided.selectionId })
    countsOf(curation)
    result.shown.push(performance.now() - pressed)
    const next = task?.promptId ?? null
    result.stalls.push(await longestStall(() => ahead(next)))
    result.ready.push(performance.now() - pressed)
    const { user, system } = process.cpuUsage(before)
    result.processor.push((user + system) / 1000)
  }
  await curation.dataSet.settled()
  result.megabytes = peakMegabytes('self')
  result.engineMegabytes = peakMegabytes(engine.pid)
  await engine.dispose()
  console.log(JSON.stringify(result))
}

void main()
