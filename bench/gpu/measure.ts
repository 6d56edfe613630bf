// Measures the engine on a graphics card or a processor, in this process. Argument: a JSON object,
// see `Task`. Prints one JSON object per piece of work.
import path from 'node:path'
import type { Tensor } from 'onnxruntime-node'
import { median } from '../../src/core/annotation/statistics'
import { DeviceDrawing } from '../../src/engine/drawing/deviceDrawing'
import { LogitsOnDevice } from '../../src/engine/drawing/logitsOnDevice'
import { DrawingThreads } from '../../src/engine/drawing/threads'
import type { DecoderLimits } from '../../src/engine/generation/decoder'
import { Generator } from '../../src/engine/generation/generator'
import { InPlaceCache } from '../../src/engine/generation/inPlaceCache'
import { DeviceCache } from '../../src/engine/generation/returnedCache'
import type { Device, Message } from '../../src/shared/domain'
import { SAMPLING } from '../support/settings'
import { logitsCheck } from './logitsCheck'
import { type Runtime, useRuntime } from './runtime'

interface Work {
  name: string
  /** Messages of each prompt; all are requested at once. */
  prompts: Message[][]
  n: number
  maxNewTokens: number
  /** Default: top-p 0.9. */
  minP?: number
  /** Waits for the graph before the logits are reduced, so that both times are known. */
  waits?: boolean
}

interface Task {
  label: string
  /** The model's folder. */
  folder: string
  /** The graph in the folder. */
  graph: string
  device: Device
  limits: DecoderLimits
  /** A file with logits of the CPU, to compare with; it is written if the device is the CPU. */
  reference?: string
  runtime?: Runtime
  work: Work[]
}

/** Milliseconds of every call of some methods, by name. */
const calls = new Map<string, number[]>()
let waits = false
let rowsFetchedWhole = 0
let blocksFetched = 0

type Method = (this: unknown, ...given: unknown[]) => Promise<unknown>

/** Replaces a method by one that calls `body` with the original. */
function replaced(
  owner: object,
  method: string,
  body: (original: () => Promise<unknown>, given: unknown[], self: unknown) => Promise<unknown>,
): void {
  const original = Reflect.get(owner, method) as Method
  const replacement: Method = function (...given) {
    return body(() => original.apply(this, given), given, this)
  }
  Reflect.set(owner, method, replacement)
}

function timed(owner: object, method: string, name: string): void {
  replaced(owner, method, async (original) => {
    const began = performance.now()
    try {
      return await original()
    } finally {
      record(name, performance.now() - began)
    }
  })
}

function record(name: string, milliseconds: number): void {
  calls.set(name, [...(calls.get(name) ?? []), milliseconds])
}

const total = (name: string): number => (calls.get(name) ?? []).reduce((a, b) => a + b, 0)

/** Times a draw, and what it does beside waiting for the device and for whole rows. */
function timedDraws(): void {
  replaced(DeviceDrawing.prototype, 'draw', async (original) => {
    const waited = (): number => total('reduce') + total('fetch') + total('draw whole rows')
    const before = waited()
    const began = performance.now()
    const drawn = await original()
    const all = performance.now() - began
    record('draw on device', all)
    record('of it the CPU', all - (waited() - before))
    return drawn
  })
}

function watch(): void {
  timed(Object.getPrototypeOf(DeviceCache.prototype) as object, 'step', 'step')
  timed(InPlaceCache.prototype, 'step', 'step')
  timedDraws()
  timed(DrawingThreads.prototype, 'draw', 'draw whole rows')
  const device = LogitsOnDevice.prototype
  timed(device, 'summaries', 'reduce')
  timed(device, 'fetch', 'fetch')
  replaced(device, 'fetch', (original, [, indices]) => {
    blocksFetched += (indices as Int32Array).length
    return original()
  })
  replaced(device, 'rows', (original, [, rows]) => {
    rowsFetchedWhole += (rows as unknown[]).length
    return original()
  })
  const waiting = {
    wait: (self: LogitsOnDevice, logits: Tensor): Promise<unknown> =>
      self.fetch(logits, Int32Array.of(0)),
  }
  timed(waiting, 'wait', 'wait for the graph')
  replaced(device, 'summaries', async (original, [logits], self) => {
    if (waits) await waiting.wait(self as LogitsOnDevice, logits as Tensor)
    return original()
  })
}

const print = (result: object): void => console.log(JSON.stringify(result))

async function sampleOnce(
  generator: Generator,
  { prompts, n, maxNewTokens, minP }: Work,
): Promise<{ tokens: number; seconds: number; texts: string[] }> {
  let tokens = 0
  const texts: string[] = []
  const began = performance.now()
  await Promise.all(
    prompts.map((messages, prompt) =>
      generator.sample(
        {
          generator: { model: 'builtin:SmolLM2-135M-Instruct', device: 'auto' },
          messages,
          candidates: Array.from({ length: n }, (_, index) => ({
            index,
            seed: 1000 * prompt + index,
          })),
          sampling: { ...SAMPLING, ...(minP ? { topP: 1, minP } : {}), maxNewTokens },
        },
        new AbortController().signal,
        (progress) => {
          if (progress.kind !== 'candidate') return
          tokens += progress.candidate.tokenCount ?? 0
          texts[prompt * n + progress.candidate.index] = progress.candidate.text
        },
      ),
    ),
  )
  return { tokens, seconds: (performance.now() - began) / 1000, texts }
}

async function main(task: Task): Promise<void> {
  useRuntime(task.runtime)
  watch()
  const { label, folder, graph, device, limits } = task
  const about = { label, graph: path.basename(graph), device }
  if (task.reference)
    print({
      ...about,
      name: 'logits',
      ...(await logitsCheck({ folder, graph }, device, task.reference)),
    })
  const began = performance.now()
  const notes: string[] = []
  const generator = await Generator.load({ folder, graph }, device, limits, (_, message) =>
    notes.push(message),
  )
  print({ ...about, name: 'load', seconds: (performance.now() - began) / 1000, notes })
  for (const work of task.work) {
    await sampleOnce(generator, { ...work, maxNewTokens: 3 })
    calls.clear()
    rowsFetchedWhole = blocksFetched = 0
    waits = work.waits === true
    const { tokens, seconds, texts } = await sampleOnce(generator, work)
    print({
      ...about,
      name: work.name,
      tokens,
      seconds,
      rate: tokens / seconds,
      medians: Object.fromEntries([...calls].map(([name, times]) => [name, median(times)])),
      counts: Object.fromEntries([...calls].map(([name, times]) => [name, times.length])),
      rowsFetchedWhole,
      blocksFetched,
      megabytes: Math.round(process.resourceUsage().maxRSS / 1000),
      texts: texts.slice(0, 8),
    })
  }
  await generator.dispose()
}

await main(JSON.parse(process.argv[2] ?? '') as Task)
process.exit(0)
