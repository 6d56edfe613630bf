// Runs ONNX Runtime sessions one at a time, without the copies that the Node binding makes.
import { isMainThread } from 'node:worker_threads'
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { binding } from 'onnxruntime-node/dist/binding.js'
import { Sequence } from '../../async/sequence'
import { asBits } from './arrays'

export type Feeds = Record<string, Tensor>

const LOG_WARNINGS = 2

/**
 * ONNX Runtime's log level for fatal messages only. Other errors are thrown as exceptions.
 */
export const FATAL_ONLY = 4

/** Runs share the tensor constructor of the binding, which {@link runInto} intercepts. */
const runs = new Sequence()

/** Runs `session` and returns new tensors by name of output; half precision as bits. */
export function run(
  session: InferenceSession,
  feeds: Feeds,
  outputs: readonly string[],
): Promise<Feeds> {
  return runs.run(async () => {
    const results = await session.run(feeds, outputs)
    return Object.fromEntries(outputs.map((name) => [name, asBits(results[name]!)]))
  })
}

/**
 * Runs `session` and writes its outputs to the given tensors, which may be inputs too. On a GPU
 * the session must have been loaded without locations of outputs.
 *
 * The binding (1.30) computes into given tensors, but then copies each into a new array and passes
 * it to the constructor of `Tensor`. For a key/value cache that copy takes longer than the
 * computation. Here the constructor throws on the first output, which ends the call after all
 * results are written.
 */
export function runInto(session: InferenceSession, feeds: Feeds, outputs: Feeds): Promise<void> {
  return runs.run(async () => {
    interceptOutputs()
    skipOutputs = true
    try {
      await session.run(feeds, outputs)
    } catch (thrown) {
      if (thrown !== SKIPPED) throw thrown
    } finally {
      skipOutputs = false
    }
  })
}

/**
 * Releases `session` when the runs so far have ended. The binding aborts the process if a thread
 * ends within a run: once its session is released it can be ended.
 */
export const release = (session: InferenceSession): Promise<void> =>
  runs.run(() => session.release())

const SKIPPED = new Error('The output is already written.')
let skipOutputs = false
let intercepted = false

/** Replaces the tensor constructor that the binding received with its first session. */
function interceptOutputs(): void {
  if (intercepted) return
  intercepted = true
  const outputTensor = new Proxy(Tensor, {
    construct(target, parameters, newTarget): object {
      if (skipOutputs) throw SKIPPED
      return Reflect.construct(target, parameters, newTarget) as object
    },
    get(target, key, receiver): unknown {
      // How the binding makes tensors in the memory of a GPU.
      if (skipOutputs && key === 'fromGpuBuffer') throw SKIPPED
      return Reflect.get(target, key, receiver)
    },
  })
  binding.initOrtOnce(LOG_WARNINGS, outputTensor, isMainThread)
}
