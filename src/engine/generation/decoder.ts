// Loads a model's graph on a device and chooses the key/value cache that the graph supports.
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
import { cacheLocation, extendsInPlace, keepsRowsApart } from './probe'
import { ReturnedCache } from './returnedCache'
import { Scheduler, type SampleQueue } from './scheduler'

export interface DecoderLimits {
  /** Upper limit for the keys and values of all rows. */
  kvCacheBytes: number
  /** 0 means one per physical core. */
  threads: number
}

export interface Decoder {
  scheduler: SampleQueue
  dispose: () => Promise<void>
}

/** A larger batch yields no more tokens per second. */
const MAX_ROWS = 128

/**
 * Loads the graph and runs a few tokens.
 * @throws FailureError for faults of the model; errors of the runtime if the device cannot run it.
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
  const releases: (() => Promise<unknown>)[] = [disposeSession]
  const dispose = async (): Promise<void> => {
    for (const release of releases.splice(0).reverse()) await release()
  }
  try {
    const graph = describeGraph(session, config, stored.folder)
    const drawing = new DrawingThreads(graph.vocabularySize, threads)
    releases.push(() => drawing.dispose())
    const limits = { maxRows: MAX_ROWS, bytes: kvCacheBytes }
    if (device === 'cpu' && !dependsOnMaskWidth(config) && (await extendsInPlace(graph))) {
      log('debug', 'The cache is extended in place.')
      return { scheduler: new Scheduler(new InPlaceCache(graph, limits), drawing), dispose }
    }
    log('debug', `The cache is returned by every step (${await cacheLocation(graph)}).`)
    const joinRows = await rowJoiner(graph, device)
    releases.push(() => joinRows.release())
    const ragged =
      !dependsOnMaskWidth(config) &&
      !hasSlidingWindow(config) &&
      (await keepsRowsApart(graph, joinRows))
    log(
      'debug',
      ragged ? 'Rows of all prompts share a batch.' : 'A batch holds rows of one prompt.',
    )
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
  const locations = Object.fromEntries(
    slots.map((_, slot) => [JOIN.joined(slot), 'gpu-buffer' as const]),
  )
  return InferenceSession.create(joinRowsGraph(ELEMENTS[cacheType], slots.length), {
    executionProviders: [device],
    ...(device === 'webgpu' ? { preferredOutputLocation: locations } : {}),
    logSeverityLevel: FATAL_ONLY,
  })
}
