// Times on a device what a draw needs of logits that are in its memory: the summary, its parts, the
// summary of an earlier version, and fetches. Argument: a JSON object, see `Task`. Prints one JSON
// object per piece of work.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { median } from '../../src/core/annotation/statistics'
import { blocksIn } from '../../src/core/sampling/vocabularyScan'
import { LogitsOnDevice } from '../../src/engine/drawing/logitsOnDevice'
import type { FloatType } from '../../src/engine/runtime/arrays'
import { LOGITS } from '../../src/engine/runtime/logitsGraphs'
import { type Feeds, run } from '../../src/engine/runtime/sessions'
import { ELEMENTS, FLOAT, modelBytes } from '../../src/engine/runtime/smallGraphs'
import { SmallSessions } from '../../src/engine/runtime/smallSessions'
import type { Device } from '../../src/shared/domain'
import { SUMMARIES, type Variant } from './logitsVariants'
import { type Runtime, useRuntime } from './runtime'

interface Task {
  device: Device
  rows: number
  vocabulary: number
  types: FloatType[]
  /** Repetitions that count, and those before them. */
  times: number
  warmups: number
  /** Numbers of blocks to fetch. */
  fetches: number[]
  /** Parts of names of variants; default: all. */
  only?: string[]
  runtime?: Runtime
}

const task = JSON.parse(process.argv[2] ?? '') as Task
const { device, rows, vocabulary } = task
const sessionOptions: InferenceSession.SessionOptions = {
  executionProviders: [device],
  logSeverityLevel: 4,
}
const onDevice = { ...sessionOptions, preferredOutputLocation: 'gpu-buffer' } as const

async function time(
  type: FloatType,
  name: string,
  body: () => Promise<unknown>,
  about = {},
): Promise<void> {
  const times: number[] = []
  try {
    for (let i = 0; i < task.warmups + task.times; i++) {
      const began = performance.now()
      await body()
      if (i >= task.warmups) times.push(performance.now() - began)
    }
  } catch (thrown) {
    print({ label: labelOf(type), name, ...about, failed: String(thrown).slice(0, 300) })
    return
  }
  const least = Math.min(...times)
  print({ label: labelOf(type), name, ...about, milliseconds: median(times), least })
}

const labelOf = (type: FloatType): string => `logits, ${type}, ${rows} rows${labelOfRuntime}`
const labelOfRuntime = task.runtime
  ? `, ${Object.values(task.runtime)
      .map((x) => JSON.stringify(x))
      .join(' ')}`
  : ''
const print = (result: object): void => console.log(JSON.stringify(result))

/**
 * Logits of which each row has some likely tokens; [rows, 1, vocabulary], on the device as long as
 * the session lives.
 */
async function logitsOnDevice(
  type: FloatType,
): Promise<{ logits: Tensor; session: InferenceSession }> {
  let state = 7
  const values = Float32Array.from({ length: rows * vocabulary }, () => {
    state = Math.imul(state, 1664525) + 1013904223
    const uniform = (state >>> 0) / 2 ** 32
    return 4 * uniform - 8 + 16 * uniform ** 64
  })
  const graph = modelBytes(
    [{ operator: 'Cast', inputs: ['values'], output: 'cast', attributes: { to: ELEMENTS[type] } }],
    [{ name: 'values', element: FLOAT, dims: ['rows', 'last', 'vocabulary'] }],
    [{ name: 'cast', element: ELEMENTS[type], dims: ['rows', 'last', 'vocabulary'] }],
  )
  const session = await InferenceSession.create(graph, device === 'cpu' ? sessionOptions : onDevice)
  const feeds = { values: new Tensor('float32', values, [rows, 1, vocabulary]) }
  return { logits: (await run(session, feeds, ['cast']))['cast']!, session }
}

async function timeVariant(type: FloatType, logits: Tensor, variant: Variant): Promise<void> {
  const { graph, feeds, output } = variant.make(type, rows, vocabulary)
  let session: InferenceSession
  try {
    session = await InferenceSession.create(graph, sessionOptions)
  } catch (thrown) {
    print({ label: labelOf(type), name: variant.name, failed: String(thrown).slice(0, 300) })
    return
  }
  const all: Feeds = { ...feeds, [LOGITS.logits]: logits }
  await time(type, variant.name, () => run(session, all, [output]))
  await session.release()
}

async function timeAll(type: FloatType): Promise<void> {
  const { logits, session } = await logitsOnDevice(type)
  const readers = new SmallSessions(device)
  const reader = await LogitsOnDevice.create(readers, type, vocabulary)
  const inverse = new Float32Array(rows).fill(1)
  const all = rows * blocksIn(vocabulary)
  const fetch = (count: number) => (): Promise<unknown> => {
    const wanted = Math.min(count, all)
    const indices = Int32Array.from({ length: wanted }, (_, i) => Math.floor((i * all) / wanted))
    return reader.fetch(logits, indices)
  }
  const [usual = all] = task.fetches
  await time(type, 'summary', () => reader.summaries(logits, inverse))
  for (const count of [...task.fetches, all])
    await time(type, `fetch of ${Math.min(count, all)} blocks`, fetch(count))
  await time(type, 'summary, then fetch', async () => {
    await reader.summaries(logits, inverse)
    await fetch(usual)()
  })
  for (const variant of SUMMARIES)
    if (!task.only || task.only.some((part) => variant.name.includes(part)))
      await timeVariant(type, logits, variant)
  logits.dispose()
  await readers.release()
  await session.release()
}

useRuntime(task.runtime)
for (const type of task.types)
  await timeAll(type).catch((thrown: unknown) => {
    print({ label: labelOf(type), name: 'all', failed: String(thrown).slice(0, 300) })
  })
process.exit(0)
