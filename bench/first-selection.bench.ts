// The time from a cold start of the engine to the first selection of a new curation, and the memory
// of the engine at its largest batch.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { Curation } from '../src/curation/curation'
import { generate } from '../src/curation/generation/generate'
import type { Message } from '../src/shared/domain'
import { type Pair, print, rowOf, THE_GOAL } from './report'
import { promptsOf } from './support/data'
import { GENERATOR, newEngine } from './support/engine'
import { peakMegabytes } from './support/memory'
import { optionsOf } from './support/options'

const SECONDS = 15
const MEGABYTES = 2e9 / 2 ** 20

const options = optionsOf({
  n: '8',
  prompts: '',
  /** Size of the batch whose memory is measured. */
  'memory-n': '128',
  'memory-tokens': '512',
})
const { messages: prompts, source } = promptsOf(options.data, options.text('prompts'))
const n = options.number('n')
console.log(`N=${n}, other settings as in a new curation; prompts of ${source}.`)

interface Measured {
  seconds: number
  megabytes: number | null
}

/** The clock starts when the curation is open, as when the user starts generation. */
async function firstSelection(folder: string, run: number): Promise<Measured> {
  const first = Math.floor((run * prompts.length) / options.runs)
  const order = [...prompts.slice(first), ...prompts.slice(0, first)]
  writeFileSync(
    path.join(folder, 'prompts.jsonl'),
    order.map((messages) => JSON.stringify({ prompt: messages })).join('\n'),
  )
  const file = path.join(folder, 'bench.aepo.json')
  writeFileSync(file, JSON.stringify({ version: 1, prompts: 'prompts.jsonl', sampling: { n } }))
  const curation = await Curation.open(file, {
    annotator: 'bench',
    onMessage: () => undefined,
    now: () => new Date(),
  })
  const enough = new AbortController()
  const began = performance.now()
  let seconds = NaN
  curation.onChange(({ journals }) => {
    if (!journals.has('selections') || curation.round.selections().length === 0) return
    seconds = (performance.now() - began) / 1000
    enough.abort()
  })
  const engine = newEngine()
  try {
    await generate(curation, engine, {
      signal: enough.signal,
      onActivity: () => undefined,
      select: true,
    })
  } catch (thrown) {
    if (!enough.signal.aborted) throw thrown
  }
  const megabytes = peakMegabytes(engine.pid)
  await engine.dispose()
  return { seconds, megabytes }
}

/** Peak resident size of the engine with the batch of the options. */
async function largestBatch(messages: Message[]): Promise<number | null> {
  const engine = newEngine()
  const maxNewTokens = options.number('memory-tokens')
  const candidates = Array.from({ length: options.number('memory-n') }, (_, index) => ({
    index,
    seed: index,
  }))
  await engine.request('sample', {
    generator: GENERATOR,
    messages,
    candidates,
    sampling: { temperature: 1, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1, maxNewTokens },
  })
  const megabytes = peakMegabytes(engine.pid)
  await engine.dispose()
  return megabytes
}

const pairs: Pair[] = []
const sizes: number[] = []
for (let run = 0; run < options.runs; run++) {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-bench-'))
  try {
    const { seconds, megabytes } = await firstSelection(folder, run)
    pairs.push({ ours: seconds, peer: SECONDS })
    sizes.push(megabytes ?? NaN)
    console.log(`run ${run + 1}: ${seconds.toFixed(1)} s, ${megabytes?.toFixed(0) ?? 'unknown'} MB`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
const rows = [
  rowOf(
    {
      name: `cold start to the first selection, N=${n}`,
      unit: 's',
      peerName: THE_GOAL,
      goal: 1,
      oursMegabytes: Math.max(...sizes),
    },
    pairs,
    'less',
  ),
]
const megabytes = await largestBatch(prompts[0]!)
if (megabytes !== null)
  rows.push(
    rowOf(
      {
        name: `engine's greatest resident size, N=${options.number('memory-n')} of up to ${options.number('memory-tokens')} tokens`,
        unit: 'MB',
        peerName: THE_GOAL,
        goal: 1,
        oursMegabytes: megabytes,
      },
      [{ ours: megabytes, peer: MEGABYTES }],
      'less',
    ),
  )
print('first-selection', rows, options.json)
process.exit(0)
