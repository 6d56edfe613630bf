// Runs ONNX Runtime sessions one at a time, without the copies that its Node binding makes.
import { isMainThread } from 'node:worker_threads'
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { binding } from 'onnxruntime-node/dist/binding.js'
import { Sequence } from '../../async/sequence'
import { asBits } from './arrays'

export type Feeds = Record<string, Tensor>

const LOG_WARNINGS = 2

/**
 * ONNX Runtime's log level for messages that end the process: everything else is thrown as an
 * exception.
 */
export const FATAL_ONLY = 4

/** Runs are synchronous inside the binding and share its tensor constructor: never two at once. */
const runs = new Sequence()

/** Runs `session` and returns new tensors, half precision as bits. */
export function run(
  session: InferenceSession,
  feeds: Feeds,
  outputs: readonly string[],
): Promise<Feeds> {
  return runs.run(async () => {
    const results = await session.run(feeds, outputs)
    return Object.fromEntries(outputs.map((name) => [name, asBits(results[name] as Tensor)]))
  })
}

/**
 * Runs `session` so that its outputs are written to the tensors given, and returns nothing.
 *
 * The binding (1.30) computes into given tensors but then copies every one of them into a new array
 * that it hands to the constructor of `Tensor`. With a key/value cache among the outputs that copy
 * takes longer than the computation. Here the constructor refuses the first of them, which ends the
 * call when all results are already where they belong.
 */
export function runInto(session: InferenceSession, feeds: Feeds, outputs: Feeds): Promise<void> {
  return runs.run(async () => {
    interceptOutputs()
    refusing = true
    try {
      await session.run(feeds, outputs)
    } catch (thrown) {
      if (thrown !== REFUSAL) throw thrown
    } finally {
      refusing = false
    }
  })
}

const REFUSAL = new Error('The output is already where it belongs.')
let refusing = false
let intercepted = false

/** Replaces the constructor that the binding was given with its first session. */
function interceptOutputs(): void {
  if (intercepted) return
  intercepted = true
  const outputTensor = new Proxy(Tensor, {
    construct(target, parameters, newTarget): object {
      if (refusing) throw REFUSAL
      return Reflect.construct(target, parameters, newTarget) as object
    },
  })
  binding.initOrtOnce(LOG_WARNINGS, outputTensor, isMainThread)
}
