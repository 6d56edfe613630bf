// The graph of the tiny model, and every kind of cache for it.
import path from 'node:path'
import { InferenceSession } from 'onnxruntime-node'
import { afterAll, beforeAll } from 'vitest'
import { DeviceMemory } from '../../../src/engine/generation/deviceMemory'
import { type CausalGraph, describeGraph } from '../../../src/engine/generation/graph'
import { InPlaceCache } from '../../../src/engine/generation/inPlaceCache'
import type { KvCache, Prefilled } from '../../../src/engine/generation/kvCache'
import { ReturnedCache } from '../../../src/engine/generation/returnedCache'
import { joinRowsGraph } from '../../../src/engine/runtime/deviceGraphs'
import { ELEMENTS } from '../../../src/engine/runtime/smallGraphs'
import { SmallSessions } from '../../../src/engine/runtime/smallSessions'
import { TINY } from './models'

export const EIGHT_ROWS = { maxRows: 8, bytes: 1e9 }
/** Layers × key and value × heads × dimension × bytes. */
export const BYTES_PER_TOKEN = 2 * 2 * 2 * 16 * 4

export let graph: CausalGraph
export let joinRows: InferenceSession
export let memory: DeviceMemory

/** Loads {@link graph} and what caches need before the tests of a file, and frees them after. */
export function useTinyGraph(): void {
  const sessions = new SmallSessions('cpu')
  beforeAll(async () => {
    const session = await InferenceSession.create(path.join(TINY, 'onnx/model_q4.onnx'))
    graph = describeGraph(session, {}, TINY)
    joinRows = await InferenceSession.create(joinRowsGraph(ELEMENTS[graph.cacheType], 2))
    memory = await DeviceMemory.create(sessions, graph)
  })
  afterAll(async () => {
    await sessions.release()
    await joinRows.release()
    await graph.session.release()
  })
}

export const inPlace = (of = graph): InPlaceCache => new InPlaceCache(of, EIGHT_ROWS)
export const returned =
  (ragged: boolean) =>
  (of = graph): ReturnedCache =>
    new ReturnedCache(of, EIGHT_ROWS, { joinRows, ragged })
/** What a cache on a GPU does, on the CPU. */
export const given = (of = graph): ReturnedCache =>
  new ReturnedCache(of, EIGHT_ROWS, { joinRows, ragged: true, memory })

type Maker = (of?: CausalGraph) => KvCache<Prefilled>
export const RETURNED_CACHES: [string, Maker][] = [
  ['returned, one prompt per batch', returned(false)],
  ['returned, ragged', returned(true)],
  ['given tensors, ragged', given],
]
export const ALL_CACHES: [string, Maker][] = [['in place', inPlace], ...RETURNED_CACHES]
/** Caches whose batches hold rows of different lengths. */
export const RAGGED_CACHES: [string, Maker][] = [
  ['in place', inPlace],
  ['returned, ragged', returned(true)],
  ['given tensors, ragged', given],
]
