// From a model's files to a scheduler on a device: the session, how its cache is kept, and what is
// to be freed in the end.
import { AutoModelForCausalLM } from '@huggingface/transformers'
import { InferenceSession } from 'onnxruntime-node'
import type { Device } from '../../shared/domain'
import type { Log } from '../log'
import type { StoredModel } from '../models/modelStore'
import { DrawingThreads } from '../drawing/threads'
import { loadSession } from '../models/session'
import { FATAL_ONLY } from '../runtime/sessions'
import { ELEMENTS, JOIN, joinRowsGraph } from '../runtime/smallGraphs'
import {
  type CausalGraph,
  dependsOnMaskWidth,
  describeGraph,
  type GraphConfig,
  hasSlidingWindow,
} from './graph'
import { InPlaceCache } from './inPlaceCache'
import { extendsInPlace, keepsRowsApart, placeOfCache } from './probe'
import { ReturnedCache } from './returnedCache'
import { type Sampling, Scheduler } from './scheduler'

export interface DecoderLimits {
  /** For the keys and values of all rows. */
  kvCacheBytes: number
  /** 0 is one per physical core. */
  threads: number
}

export interface Decoder {
  scheduler: Sampling
  dispose: () => Promise<void>
}

/** Past this, a larger batch brings no more tokens per second. */
const MAX_ROWS = 128

/**
 * Loads the graph and runs a few tokens; throws what the runtime throws where the device cannot do
 * it.
 */
export async function loadDecoder(
  stored: Pick<StoredModel, 'folder' | 'variant'>,
  config: GraphConfig,
  device: Device,
  { kvCacheBytes, threads }: DecoderLimits,
  log: Log,
): Promise<Decoder> {
  const { session, dispose: disposeSession } = await loadSession(
    AutoModelForCausalLM,
    stored,
    device,
    threads,
  )
  const held: (() => Promise<unknown>)[] = [disposeSession]
  const dispose = async (): Promise<void> => {
    for (const release of held.splice(0).reverse()) await release()
  }
  try {
    const graph = describeGraph(session, config, stored.folder)
    const drawing = new DrawingThreads(graph.vocabularySize, threads)
    held.push(() => drawing.dispose())
    const limits = { maxRows: MAX_ROWS, bytes: kvCacheBytes }
    if (device === 'cpu' && !dependsOnMaskWidth(config) && (await extendsInPlace(graph))) {
      log('debug', 'The cache is extended in place.')
      return { scheduler: new Scheduler(new InPlaceCache(graph, limits), drawing), dispose }
    }
    log('debug', `The cache is returned by every step (${await placeOfCache(graph)}).`)
    const joinRows = await rowJoiner(graph, device)
    held.push(() => joinRows.release())
    const ragged =
      !dependsOnMaskWidth(config) &&
      !hasSlidingWindow(config) &&
      (await keepsRowsApart(graph, joinRows))
    log('debug', ragged ? 'Rows of all prompts share a batch.' : 'A batch is of one prompt.')
    return {
      scheduler: new Scheduler(new ReturnedCache(graph, limits, { joinRows, ragged }), drawing),
      dispose,
    }
  } catch (thrown) {
    await dispose()
    throw thrown
  }
}

function rowJoiner({ cacheType, slots }: CausalGraph, device: Device): Promise<InferenceSession> {
  const places = Object.fromEntries(
    slots.map((_, slot) => [JOIN.joined(slot), 'gpu-buffer' as const]),
  )
  return InferenceSession.create(joinRowsGraph(ELEMENTS[cacheType], slots.length), {
    executionProviders: [device],
    ...(device === 'webgpu' ? { preferredOutputLocation: places } : {}),
    logSeverityLevel: FATAL_ONLY,
  })
}
