// The graph of the tiny model, and every kind of cache for it.
import path from 'node:path'
import { InferenceSession } from 'onnxruntime-node'
import { afterAll, beforeAll } from 'vitest'
import { type CausalGraph, describeGraph } from '../../../src/engine/generation/graph'
import { InPlaceCache } from '../../../src/engine/generation/inPlaceCache'
import type { KvCache, Prefilled } from '../../../src/engine/generation/kvCache'
import { ReturnedCache } from '../../../src/engine/generation/returnedCache'
import { ELEMENTS, joinRowsGraph } from '../../../src/engine/runtime/smallGraphs'
import { TINY } from './models'

export const EIGHT_ROWS = { maxRows: 8, bytes: 1e9 }
/** Layers × key and value × heads × dimension × bytes. */
export const BYTES_PER_TOKEN = 2 * 2 * 2 * 16 * 4

export let graph: CausalGraph
export let joinRows: InferenceSession

/** Loads {@link graph} and {@link joinRows} before the tests of a file and frees them after. */
export function useTinyGraph(): void {
  beforeAll(async () => {
    const session = await InferenceSession.create(path.join(TINY, 'onnx/model_q4.onnx'))
    graph = describeGraph(session, {}, TINY)
    const { cacheType, slots } = graph
    joinRows = await InferenceSession.create(joinRowsGraph(ELEMENTS[cacheType], slots.length))
  })
  afterAll(async () => {
    await joinRows.release()
    await graph.session.release()
  })
}

export const inPlace = (of = graph): InPlaceCache => new InPlaceCache(of, EIGHT_ROWS)
export const returned =
  (ragged: boolean) =>
  (of = graph): ReturnedCache =>
    new ReturnedCache(of, EIGHT_ROWS, { joinRows, ragged })

type Maker = (of?: CausalGraph) => KvCache<Prefilled>
export const RETURNED_CACHES: [string, Maker][] = [
  ['returned, one prompt per batch', returned(false)],
  ['returned, ragged', returned(true)],
]
export const ALL_CACHES: [string, Maker][] = [['in place', inPlace], ...RETURNED_CACHES]
/** Caches whose batches hold rows of different lengths. */
export const RAGGED_CACHES: [string, Maker][] = [
  ['in place', inPlace],
  ['returned, ragged', returned(true)],
]
