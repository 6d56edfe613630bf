// Measures how fast a device multiplies matrices: distinguishes a graphics card from an adapter
// that computes in software.
import { Tensor } from 'onnxruntime-node'
import type { Device } from '../../shared/domain'
import { run } from '../runtime/sessions'
import { matrixPowerGraph } from '../runtime/smallGraphs'
import { loadSmall } from '../runtime/smallSessions'

/**
 * Products of square matrices. `small` is fast even in software; `large` takes about 20 ms on two
 * CPU cores.
 */
const WORK = {
  small: { size: 128, products: 2 },
  large: { size: 512, products: 8 },
} as const
export type SpeedTest = keyof typeof WORK

/** Milliseconds for the work on `device`, after one warm-up run; throws if the device is absent. */
export async function millisecondsOn(device: Device, work: SpeedTest): Promise<number> {
  const { size, products } = WORK[work]
  const session = await loadSmall(matrixPowerGraph(products), device)
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
