// Loads a model's graph on a device and chooses the key/value cache that the graph supports.
import { InferenceSession } from 'onnxruntime-node'
import * as l10n from '@vscode/l10n'
import type { Device } from '../../shared/domain'
import { FailureError, failureError, toFailure } from '../../shared/errors'
import type { Log } from '../log'
import type { StoredModel } from '../models/modelStore'
import { DeviceDrawing } from '../drawing/deviceDrawing'
import { LogitsOnDevice } from '../drawing/logitsOnDevice'
import { DrawingThreads } from '../drawing/threads'
import { loadSession } from '../models/session'
import { FATAL_ONLY, release } from '../runtime/sessions'
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
import { DeviceCache, ReturnedCache } from './returnedCache'
import { Scheduler, type SampleQueue } from './scheduler'

export type DecoderFiles = Pick<StoredModel, 'folder' | 'graph' | 'prefillGraph'>

export interface DecoderLimits {
  /** Upper limit for the keys and values of all rows. */
  kvCacheBytes: number
  /** 0 means one per physical core. */
  threads: number
  /** Overrides choices that are made by trial, to compare them. */
  compared?: {
    /** Moves all logits of a GPU to the CPU. */
    wholeLogits?: boolean
    /** Whether rows of several prompts share a batch, where they can. */
    sharedBatch?: boolean
    /** How many decoders share the threads; all are loaded at once. */
    decoders?: number
  }
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
  stored: DecoderFiles,
  config: GraphConfig,
  device: Device,
  limits: DecoderLimits,
  log: Log,
): Promise<Decoder> {
  const { threads, compared = {} } = limits
  const leavesLogits = device === 'webgpu' && compared.wholeLogits !== true
  const outputs = [...presentNames(config), ...(leavesLogits ? ['logits'] : [])]
  const { folder, prefillGraph } = stored
  const load = (graph: string, kept: readonly string[]): Promise<InferenceSession> =>
    loadSession({ folder, graph }, device, threads, kept)
  const session = await load(stored.graph, outputs)
  const releases: (() => Promise<unknown>)[] = [() => release(session)]
  const dispose = async (): Promise<void> => {
    for (const each of releases.splice(0).reverse()) await each()
  }
  try {
    const graph = describeGraph(session, config, folder)
    const drawing = new DrawingThreads(graph.vocabularySize, threads)
    releases.push(() => drawing.dispose())
    const cacheLimits = { maxRows: MAX_ROWS, bytes: limits.kvCacheBytes }
    if (
      device === 'cpu' &&
      !graph.cacheBranch &&
      !dependsOnMaskWidth(config) &&
      (await extendsInPlace(graph))
    ) {
      log('debug', 'The cache is extended in place.')
      const loadLongGraph = async (file: string): Promise<CausalGraph> => {
        const long = await load(file, [])
        releases.push(() => release(long))
        log('debug', 'The graph for long prompts is loaded.')
        return describeGraph(long, config, folder)
      }
      const cache = new InPlaceCache(
        graph,
        cacheLimits,
        prefillGraph ? () => loadLongGraph(prefillGraph) : undefined,
      )
      return { scheduler: new Scheduler(cache, drawing), dispose }
    }
    const logits = leavesLogits ? await logitsOnDevice(graph, device, log) : undefined
    if (logits) releases.push(() => logits.release())
    const location = leavesLogits && !logits ? 'cpu' : await cacheLocation(graph, logits)
    if (leavesLogits && location === 'cpu') {
      await dispose()
      const whole = { ...limits, compared: { ...compared, wholeLogits: true } }
      return await loadDecoder(stored, config, device, whole, log)
    }
    log('debug', `The cache is returned by every step (${location}).`)
    const joinRows = await rowJoiner(graph, device)
    releases.push(() => release(joinRows))
    const ragged =
      compared.sharedBatch !== false &&
      !graph.cacheBranch &&
      !dependsOnMaskWidth(config) &&
      !hasSlidingWindow(config) &&
      (await keepsRowsApart(graph, joinRows, logits))
    log(
      'debug',
      ragged ? 'Rows of all prompts share a batch.' : 'A batch holds rows of one prompt.',
    )
    const options = { joinRows, ragged, device: logits }
    const scheduler = logits
      ? new Scheduler(
          new DeviceCache(graph, cacheLimits, options),
          new DeviceDrawing(logits, drawing),
        )
      : new Scheduler(new ReturnedCache(graph, cacheLimits, options), drawing)
    return { scheduler, dispose }
  } catch (thrown) {
    await dispose()
    if (device !== 'cpu' || thrown instanceof FailureError) throw thrown
    throw doesNotRun(thrown, folder)
  }
}

/** undefined if the device cannot reduce logits. */
async function logitsOnDevice(
  { logitsType, vocabularySize }: CausalGraph,
  device: Device,
  log: Log,
): Promise<LogitsOnDevice | undefined> {
  try {
    const reduced = await LogitsOnDevice.create(device, logitsType, vocabularySize)
    log('debug', 'Logits are reduced on the device.')
    return reduced
  } catch (thrown) {
    log('debug', `Logits are not reduced on the device: ${toFailure(thrown).message}`)
    return undefined
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
