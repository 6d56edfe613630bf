// Loads a model's graph on a device and chooses the key/value cache that the graph supports.
import { InferenceSession } from 'onnxruntime-node'
import * as l10n from '@vscode/l10n'
import type { Device } from '../../shared/domain'
import { FailureError, failureError } from '../../shared/errors'
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
  stored: Pick<StoredModel, 'folder' | 'graph'>,
  config: GraphConfig,
  device: Device,
  { kvCacheBytes, threads }: DecoderLimits,
  log: Log,
): Promise<Decoder> {
  const session = await loadSession(stored, device, threads, presentNames(config))
  const releases: (() => Promise<unknown>)[] = [() => session.release()]
  const dispose = async (): Promise<void> => {
    for (const release of releases.splice(0).reverse()) await release()
  }
  try {
    const graph = describeGraph(session, config, stored.folder)
    const drawing = new DrawingThreads(graph.vocabularySize, threads)
    releases.push(() => drawing.dispose())
    const limits = { maxRows: MAX_ROWS, bytes: kvCacheBytes }
    if (
      device === 'cpu' &&
      !graph.cacheBranch &&
      !dependsOnMaskWidth(config) &&
      (await extendsInPlace(graph))
    ) {
      log('debug', 'The cache is extended in place.')
      return { scheduler: new Scheduler(new InPlaceCache(graph, limits), drawing), dispose }
    }
    log('debug', `The cache is returned by every step (${await cacheLocation(graph)}).`)
    const joinRows = await rowJoiner(graph, device)
    releases.push(() => joinRows.release())
    const ragged =
      !graph.cacheBranch &&
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
    if (device !== 'cpu' || thrown instanceof FailureError) throw thrown
    throw doesNotRun(thrown, stored.folder)
  }
}

/** The outputs of the cache, which stay in the memory of a GPU between steps. */
function presentNames(config: GraphConfig): string[] {
  const layers =
    config.num_hidden_layers ?? config.n_layer ?? config.n_layers ?? config.num_layers ?? 0
  return Array.from({ length: layers }, (_, layer) =>
    ['key', 'value'].map((kind) => `present.${layer}.${kind}`),
  ).flat()
}

/** A fault of the graph: the CPU runs every kind of node that ONNX Runtime knows. */
function doesNotRun(thrown: unknown, where: string): FailureError {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  if (message.includes('sliding_window_cache'))
    return failureError(
      'bad-input',
      l10n.t(
        "The model's graph keeps its cache in windows (sliding_window_cache), which is not supported.",
      ),
      {
        where,
        remedy: l10n.t(
          'Choose a model that was exported for transformers.js, or run this one with onnxruntime-genai behind a server with the OpenAI API, and name the server in the curation file.',
        ),
      },
    )
  const reason = message.replaceAll(/\s+/g, ' ').trim().slice(0, 300).replace(/\.+$/, '')
  return failureError('bad-input', l10n.t`The model's graph does not run (${reason}).`, {
    where,
    remedy: l10n.t(
      'Choose another model, or run this one with the program it was made for, behind a server with the OpenAI API.',
    ),
  })
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
