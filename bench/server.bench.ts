// Whether the client keeps up with a server of a thousand candidates per second and more: HTTP,
// engine, journal on disk, embeddings and selections. Also the throughput of the embedded embedder.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import type { CurationFileInput } from '../src/core/formats/curationFile'
import { countsOf } from '../src/curation/counts'
import { Curation } from '../src/curation/curation'
import { generate } from '../src/curation/generation/generate'
import type { ServerFigures } from './children/modelServer.child'
import { type Pair, print, rowOf, THE_GOAL } from './report'
import { randomOf } from './support/data'
import { EMBEDDER, newEngine } from './support/engine'
import { peakMegabytes } from './support/memory'
import { optionsOf } from './support/options'

const options = optionsOf({
  n: '128',
  /** Each with a pool of n candidates. */
  prompts: '240',
  /** Candidates per second of the server in the paced runs. */
  rate: '1000',
  /** Minimum milliseconds per request. */
  latency: '2000',
  /** Requests in flight. */
  concurrency: '256',
})
const n = options.number('n')
const count = options.number('prompts')
const GOAL = 1000

interface Measured {
  perSecond: number
  /** From the server's last response to the last selection on disk. */
  lagSeconds: number
  mostInFlight: number
  /** Peak sizes of the owner of the journals, the engine and the server. */
  megabytes: (number | null)[]
}

/** @param rate candidates per second; 0 means as fast as the client accepts them. */
async function measure(rate: number): Promise<Measured> {
  const server = spawn(
    process.execPath,
    [
      path.join(import.meta.dirname, 'modelServer.child.mjs'),
      String(rate),
      String(options.number('latency')),
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const [port = ''] = await new Promise<string[]>((resolve) =>
    createInterface({ input: server.stdout }).once('line', (line) => resolve([line])),
  )
  const address = `http://127.0.0.1:${port}`
  const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-bench-'))
  const engine = newEngine()
  try {
    const served = {
      server: `${address}/v1`,
      model: 'model',
      concurrency: options.number('concurrency'),
    }
    const file: CurationFileInput = {
      version: 1,
      prompts: 'prompts.jsonl',
      generator: served,
      embedder: { ...served, concurrency: 16 },
      sampling: { n, maxNewTokens: 512 },
    }
    writeFileSync(path.join(folder, 'a.aepo.json'), JSON.stringify(file))
    writeFileSync(
      path.join(folder, 'prompts.jsonl'),
      Array.from(
        { length: count },
        (_, i) => `${JSON.stringify({ prompt: `Prompt ${i}` })}\n`,
      ).join(''),
    )
    const curation = await Curation.open(path.join(folder, 'a.aepo.json'), {
      annotator: 'bench',
      onMessage: console.warn,
      now: () => new Date(),
    })
    const { generated } = await generate(curation, engine, {
      signal: new AbortController().signal,
      onActivity: () => undefined,
      select: true,
    })
    const end = Date.now()
    const figures = (await (await fetch(`${address}/figures`)).json()) as ServerFigures
    if (generated !== n * count || countsOf(curation).selected !== count)
      throw new Error(
        `${generated} candidates and ${countsOf(curation).selected} selections are too few.`,
      )
    return {
      perSecond: (1000 * generated) / (end - figures.firstRequestAt),
      lagSeconds: (end - figures.lastAnswerAt) / 1000,
      mostInFlight: figures.mostInFlight,
      megabytes: [peakMegabytes('self'), peakMegabytes(engine.pid), peakMegabytes(server.pid)],
    }
  } finally {
    await engine.dispose()
    server.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Texts of 512 tokens per second that the embedded embedder processes on the CPU. */
async function embeddedPerSecond(seed: number): Promise<number> {
  const engine = newEngine()
  try {
    const random = randomOf(seed)
    const texts = Array.from({ length: 32 }, () =>
      Array.from(
        { length: 600 },
        () => ['river', 'stone', 'cloud', 'green', 'seven', 'about'][Math.floor(random() * 6)],
      ).join(' '),
    )
    await engine.request('load', { ...EMBEDDER, role: 'embedder' })
    const began = performance.now()
    await engine.request('embed', { embedder: EMBEDDER, texts })
    return (1000 * texts.length) / (performance.now() - began)
  } finally {
    await engine.dispose()
  }
}

const whole: Pair[] = []
const paced: Pair[] = []
const lags: Pair[] = []
const embedded: Pair[] = []
const sizes: number[] = []
for (let run = 0; run < options.runs; run++) {
  const fast = await measure(0)
  const rate = options.number('rate')
  const steady = await measure(rate)
  const cpu = await embeddedPerSecond(run)
  whole.push({ ours: fast.perSecond, peer: GOAL })
  paced.push({ ours: steady.perSecond, peer: rate })
  lags.push({ ours: steady.lagSeconds, peer: 1 })
  embedded.push({ ours: cpu, peer: GOAL })
  sizes.push(
    ...[fast, steady].flatMap(({ megabytes: [owner, engine] }) =>
      typeof owner === 'number' && typeof engine === 'number' ? [owner + engine] : [],
    ),
  )
  for (const [name, { perSecond, lagSeconds, mostInFlight, megabytes }] of [
    ['unpaced', fast],
    ['paced', steady],
  ] as const) {
    console.log(
      `run ${run + 1}, ${name}: ${perSecond.toFixed(0)} candidates/s, lag ${lagSeconds.toFixed(2)} s, ${mostInFlight} requests in flight, ${megabytes.map((size) => size?.toFixed(0) ?? '?').join(' + ')} MB (owner + engine + server)`,
    )
  }
  console.log(`run ${run + 1}: the embedded embedder ${cpu.toFixed(1)} texts/s`)
}
const oursMegabytes = sizes.length === 0 ? null : Math.max(...sizes)
print(
  'server',
  [
    rowOf(
      {
        name: `candidates of 512 tokens, server to selection, N=${n}`,
        unit: '/s',
        peerName: THE_GOAL,
        goal: 1,
        oursMegabytes,
      },
      whole,
      'more',
    ),
    rowOf(
      {
        name: `the same, server at ${options.number('rate')} a second`,
        unit: '/s',
        peerName: 'the server’s rate',
      },
      paced,
      'more',
    ),
    rowOf(
      {
        name: 'from the server’s last answer to the last selection',
        unit: 's',
        peerName: 'one second',
      },
      lags,
      'less',
    ),
    rowOf(
      { name: 'texts of 512 tokens, embedded embedder on the CPU', unit: '/s', peerName: THE_GOAL },
      embedded,
      'more',
    ),
  ],
  options.json,
)
process.exit(0)
