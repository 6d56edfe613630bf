// Loads a model's graph on a device and chooses the key/value cache that the graph supports.
import type { InferenceSession } from 'onnxruntime-node'
import * as l10n from '@vscode/l10n'
import type { Device } from '../../shared/domain'
import { FailureError, failureError, toFailure } from '../../shared/errors'
import type { Log } from '../log'
import type { StoredModel } from '../models/modelStore'
import { DeviceDrawing } from '../drawing/deviceDrawing'
import { DrawingThreads } from '../drawing/threads'
import { loadSession } from '../models/session'
import { joinRowsGraph } from '../runtime/deviceGraphs'
import { release } from '../runtime/sessions'
import { ELEMENTS } from '../runtime/smallGraphs'
import { SmallSessions } from '../runtime/smallSessions'
import {
  type CausalGraph,
  dependsOnMaskWidth,
  describeGraph,
  type GraphConfig,
  hasSlidingWindow,
} from './graph'
import { InPlaceCache } from './inPlaceCache'
import { cacheLocation, extendsInPlace, keepsRowsApart } from './probe'
import { createPlaces, keptOutputs, type Places, type Results } from './places'
import { joinedAtOnce } from './returnedTensors'
import { DeviceCache, ReturnedCache } from './returnedCache'
import type { SampleQueue } from './sampleJob'
import { Scheduler } from './scheduler'

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
    (onDevice && !newTensors && mayShareBatch(config, limits) ? await load('given') : undefined) ??
    (onDevice ? await load('new') : undefined) ??
    (await load('arrays'))
  return decoder!
}

/** As far as it is known before a trial. */
const mayShareBatch = (config: GraphConfig, { compared }: DecoderLimits): boolean =>
  compared?.sharedBatch !== false && !dependsOnMaskWidth(config) && !hasSlidingWindow(config)

/** undefined if the session does not leave its results there; `arrays` are always possible. */
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
    const sessions = new SmallSessions(device)
    releases.push(() => sessions.release())
    const places = await placesFor(results, graph, sessions, log)
    if (!places) {
      await dispose()
      return undefined
    }
    const joinRows = await rowJoiner(graph, sessions)
    const mayShare = mayShareBatch(config, limits) && !graph.cacheBranch
    const ragged = await sharesBatch(results, graph, joinRows, places, mayShare, log)
    if (ragged === undefined) {
      await dispose()
      return undefined
    }
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
async function placesFor(
  results: Results,
  graph: CausalGraph,
  sessions: SmallSessions,
  log: Log,
): Promise<Places | undefined> {
  try {
    return await createPlaces(results, graph, sessions)
  } catch (thrown) {
    log('debug', `Results do not stay on the device: ${toFailure(thrown).message}`)
    return undefined
  }
}

/**
 * Whether rows of several prompts share a batch; undefined if results are not where they are
 * wanted. Tensors are given only to graphs whose rows share a batch, because only there a step
 * extends them in place. Throws if the device cannot run the graph; with given tensors a fault does
 * not show that.
 */
async function sharesBatch(
  results: Results,
  graph: CausalGraph,
  joinRows: InferenceSession,
  places: Places,
  mayShare: boolean,
  log: Log,
): Promise<boolean | undefined> {
  try {
    const location = await cacheLocation(graph, places)
    if (results !== 'arrays' && location === 'cpu') return undefined
    const shares = mayShare && (await keepsRowsApart(graph, joinRows, places))
    if (results === 'given' && !shares) {
      log('debug', 'Steps do not extend given tensors.')
      return undefined
    }
    if (places.logits) log('debug', 'Logits are reduced on the device.')
    log('debug', `The cache is in ${results === 'given' ? 'given' : 'new'} tensors (${location}).`)
    log(
      'debug',
      shares ? 'Rows of all prompts share a batch.' : 'A batch holds rows of one prompt.',
    )
    return shares
  } catch (thrown) {
    if (results !== 'given') throw thrown
    log('debug', `The graph does not compute into given tensors: ${toFailure(thrown).message}`)
    return undefined
  }
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

function rowJoiner(
  { cacheType, slots }: CausalGraph,
  sessions: SmallSessions,
): Promise<InferenceSession> {
  const graph = joinRowsGraph(ELEMENTS[cacheType], joinedAtOnce(slots.length))
  return sessions.load(graph, { keepsOutputs: true })
}
