// How fast a device multiplies matrices: tells a graphics card from an adapter that computes in
// software.
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Device } from '../../shared/domain'
import { FATAL_ONLY, run } from '../runtime/sessions'
import { matrixPowerGraph } from '../runtime/smallGraphs'

/**
 * Products of square matrices. A little: over in a blink even in software. Enough: some 20 ms on
 * two CPU cores.
 */
const WORK = {
  little: { size: 128, products: 2 },
  enough: { size: 512, products: 8 },
} as const
export type Work = keyof typeof WORK

/**
 * Milliseconds for the same work on `device`, after one run to warm up; throws where the device is
 * not there.
 */
export async function millisecondsOn(device: Device, work: Work): Promise<number> {
  const { size, products } = WORK[work]
  const session = await InferenceSession.create(matrixPowerGraph(products), {
    executionProviders: [device],
    logSeverityLevel: FATAL_ONLY,
  })
  try {
    const matrix = new Tensor('float32', new Float32Array(size * size).fill(1 / size), [size, size])
    const feeds = { x: matrix, w: matrix }
    await run(session, feeds, ['y'])
    const start = performance.now()
    await run(session, feeds, ['y'])
    return performance.now() - start
  } finally {
    await session.release()
  }
}
