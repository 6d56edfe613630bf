// Decodes rows in a cache of any kind, with fixed tokens instead of sampled ones.
import type { InferenceSession, Tensor } from 'onnxruntime-node'
import type { KvCache, Prefilled } from '../../../src/engine/generation/kvCache'
import { never } from './models'

export const tokensOf = (length: number, salt: number): number[] =>
  Array.from({ length }, (_, i) => 3 + ((i * 31 + salt * 17) % 250))
export const fed = (row: number, step: number): number => 5 + ((row * 41 + step * 13) % 240)

/** Logits of each of `rows` rows of one prompt over `steps` steps. */
export async function decoded<P extends Prefilled>(
  cache: KvCache<P>,
  prompt: readonly number[],
  rows: number,
  steps: number,
): Promise<Float32Array[]> {
  const prefilled = await cache.prefill(prompt, never)
  await cache.admit(prefilled, rows, prompt.length + steps)
  const logits = [prefilled.logits.slice()]
  for (let step = 0; step < steps; step++)
    logits.push(
      (await cache.step(Int32Array.from({ length: rows }, (_, row) => fed(row, step)))).slice(),
    )
  cache.release(prefilled)
  cache.clear()
  return logits
}

export function largestDifference(a: readonly Float32Array[], b: readonly Float32Array[]): number {
  return Math.max(
    ...a.map((row, i) =>
      row.reduce((most, value, j) => Math.max(most, Math.abs(value - (b[i]?.[j] ?? NaN))), 0),
    ),
  )
}

/** Wraps `session` to call `beforeRun` before each run; the run fails if that throws. */
export function watched(
  session: InferenceSession,
  beforeRun: (feeds: Record<string, Tensor>) => void,
): InferenceSession {
  const run = async (
    ...[feeds, outputs]: Parameters<InferenceSession['run']>
  ): ReturnType<InferenceSession['run']> => {
    beforeRun(feeds)
    return session.run(feeds, outputs as string[])
  }
  return new Proxy(session, {
    get: (target, key) => (key === 'run' ? run : (Reflect.get(target, key, target) as unknown)),
  })
}
