// Whether this processor adds up products of 8-bit integers exactly.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { run } from './sessions'
import { integerProductGraph } from './smallGraphs'

/** A sum of two of these exceeds 16 bits. */
const X = 255
const W = 127
const LENGTH = 64

let saturating: Promise<boolean> | undefined

/**
 * x64 without VNNI adds pairs of products in 16 bits and cuts what exceeds them: ONNX Runtime can
 * avoid that, but is slower then.
 */
export const integersSaturate = (): Promise<boolean> => (saturating ??= tryOut())

async function tryOut(): Promise<boolean> {
  const session = await InferenceSession.create(integerProductGraph(), {
    executionProviders: ['cpu'],
  })
  try {
    const x = new Tensor('uint8', new Uint8Array(LENGTH).fill(X), [1, LENGTH])
    const w = new Tensor('int8', new Int8Array(LENGTH).fill(W), [LENGTH, 1])
    const { y } = await run(session, { x, w }, ['y'])
    return y?.data[0] !== X * W * LENGTH
  } finally {
    await session.release()
  }
}
