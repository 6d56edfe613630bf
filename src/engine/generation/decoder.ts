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
import { joinRowsGraph } from '../runtime/deviceGraphs'
import { FATAL_ONLY, release } from '../runtime/sessions'
import { ELEMENTS } from '../runtime/smallGraphs'
import { DeviceMemory } from './deviceMemory'
import {
  type CausalGraph,
  dependsOnMaskWidth,
  describeGraph,
  type GraphConfig,
  hasSlidingWindow,
} from './graph'
import { InPlaceCache } from './inPlaceCache'
import { cacheLocation, extendsInPlace, keepsRowsApart } from './probe'
import { joinedAtOnce, type Places } from './returnedTensors'
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
    /** Lets a GPU make new tensors of keys and values in each step. */
    newTensors?: boolean
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
 * Where a session leaves its results: in tensors on its device that it is given, in new ones there,
 * or in arrays (keys and values in new tensors).
 */
type Results = 'given' | 'new' | 'arrays'

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
  const { wholeLogits = false, newTensors = false } = limits.compared ?? {}
  const load = (results: Results): Promise<Decoder | undefined> =>
    loadFor(results, stored, config, device, limits, log)
  const onDevice = device === 'webgpu' && !wholeLogits
  const decoder =
    (onDevice && !newTensors ? await load('given') : undefined) ??
    (onDevice ? await load('new') : undefined) ??
    (await load('arrays'))
  return decoder!
}

/** undefined if the device does not leave results there; `arrays` are always possible. */
async function loadFor(
  results: Results,
  stored: DecoderFiles,
  config: GraphConfig,
  device: Device,
  limits: DecoderLimits,
  log: Log,
): Promise<Decoder | undefined> {
  const { folder, prefillGraph } = stored
  const load = (graph: string, kept: readonly string[]): Promise<InferenceSession> =>
    loadSession({ folder, graph }, device, limits.threads, kept)
  const session = await load(stored.graph, keptOutputs(results, config))
  const releases: (() => Promise<unknown>)[] = [() => release(session)]
  const dispose = async (): Promise<void> => {
    for (const each of releases.splice(0).reverse()) await each()
  }
  try {
    const graph = describeGraph(session, config, folder)
    const drawing = new DrawingThreads(graph.vocabularySize, limits.threads)
    releases.push(() => drawing.dispose())
    const cacheLimits = { maxRows: MAX_ROWS, bytes: limits.kvCacheBytes }
    const mixesLengths = !graph.cacheBranch && !dependsOnMaskWidth(config)
    if (device === 'cpu' && mixesLengths && (await extendsInPlace(graph))) {
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
    const places = results === 'arrays' ? {} : await placesOn(device, graph, results, log)
    if (places) releases.push(() => releasePlaces(places))
    if (!places || (await locationOf(graph, places, results, log)) === undefined) {
      await dispose()
      return undefined
    }
    const joinRows = await rowJoiner(graph, device)
    releases.push(() => release(joinRows))
    const ragged =
      limits.compared?.sharedBatch !== false &&
      mixesLengths &&
      !hasSlidingWindow(config) &&
      (await keepsRowsApart(graph, joinRows, places))
    log(
      'debug',
      ragged ? 'Rows of all prompts share a batch.' : 'A batch holds rows of one prompt.',
    )
    const options = { joinRows, ragged, ...places }
    const scheduler = places.logits
      ? new Scheduler(
          new DeviceCache(graph, cacheLimits, options),
          new DeviceDrawing(places.logits, drawing),
        )
      : new Scheduler(new ReturnedCache(graph, cacheLimits, options), drawing)
    return { scheduler, dispose }
  } catch (thrown) {
    await dispose()
    if (device !== 'cpu' || thrown instanceof FailureError) throw thrown
    throw doesNotRun(thrown, folder)
  }
}

/** undefined if the device lacks an operator. */
async function placesOn(
  device: Device,
  graph: CausalGraph,
  results: Results,
  log: Log,
): Promise<Places | undefined> {
  const places: Places = {}
  try {
    places.logits = await LogitsOnDevice.create(device, graph.logitsType, graph.vocabularySize)
    if (results === 'given') places.memory = await DeviceMemory.create(graph, device)
    log('debug', 'Logits are reduced on the device.')
    return places
  } catch (thrown) {
    log('debug', `Results do not stay on the device: ${toFailure(thrown).message}`)
    await releasePlaces(places)
    return undefined
  }
}

async function releasePlaces({ logits, memory }: Places): Promise<void> {
  await logits?.release()
  await memory?.release()
}

/**
 * Where keys and values are; undefined if they are not where they are wanted. Throws if the device
 * cannot run the graph, which is known for certain if the graph makes the tensors.
 */
async function locationOf(
  graph: CausalGraph,
  places: Places,
  results: Results,
  log: Log,
): Promise<string | undefined> {
  try {
    const location = await cacheLocation(graph, places)
    if (results !== 'arrays' && location === 'cpu') return undefined
    log('debug', `The cache is in ${results === 'given' ? 'given' : 'new'} tensors (${location}).`)
    return location
  } catch (thrown) {
    if (results !== 'given') throw thrown
    log('debug', `The graph does not compute into given tensors: ${toFailure(thrown).message}`)
    return undefined
  }
}

/** The outputs that a session leaves in the memory of a GPU, in tensors that it makes. */
function keptOutputs(results: Results, config: GraphConfig): string[] {
  if (results === 'given') return []
  return [...presentNames(config), ...(results === 'new' ? ['logits'] : [])]
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
  return InferenceSession.create(joinRowsGraph(ELEMENTS[cacheType], joinedAtOnce(slots.length)), {
    executionProviders: [device],
    ...(device === 'webgpu' ? { preferredOutputLocation: 'gpu-buffer' } : {}),
    logSeverityLevel: FATAL_ONLY,
  })
}
