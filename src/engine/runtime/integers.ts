// Tests whether sums of products of 8-bit integers saturate on this processor.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { run } from './sessions'
import { integerProductGraph } from './smallGraphs'

/** The sum of two products exceeds 16 bits. */
const X = 255
const W = 127
const LENGTH = 64

let saturating: Promise<boolean> | undefined

/**
 * x64 processors without VNNI add pairs of products in 16 bits with saturation. ONNX Runtime has an
 * option that avoids it, but is slower.
 */
export const integersSaturate = (): Promise<boolean> => (saturating ??= measure())

async function measure(): Promise<boolean> {
  const session = await InferenceSession.create(integerProductGraph(), {
    executionProviders: ['cpu'],
  })
  try {
    const x = new Tensor('uint8', new Uint8Array(LENGTH).fill(X), [1, LENGTH])
    const w = new Tensor('int8', new Int8Array(LENGTH).fill(W), [LENGTH, 1])
    const { y } = await run(session, { x, w }, ['y'])
    return y!.data[0] !== X * W * LENGTH
  } finally {
    await session.release()
  }
}
