// Loads a model's graph on a device and chooses the key/value cache that the graph supports.
import type { Device } from '../../shared/domain'
import { FailureError } from '../../shared/errors'
import { DrawingThreads } from '../drawing/threads'
import type { Log } from '../log'
import type { StoredModel } from '../models/modelStore'
import { loadSession } from '../models/session'
import { release } from '../runtime/sessions'
import {
  type CausalGraph,
  dependsOnMaskWidth,
  describeGraph,
  type GraphConfig,
  hasSlidingWindow,
} from './graph'
import { doesNotRun } from './graphFault'
import { InPlaceCache } from './inPlaceCache'
import { keptOutputs, type Results } from './places'
import { extendsInPlace } from './probe'
import { returnedScheduler } from './returnedScheduler'
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
    loadFor(results, { stored, config, device, limits, log })
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

interface Loading {
  stored: DecoderFiles
  config: GraphConfig
  device: Device
  limits: DecoderLimits
  log: Log
}

/** undefined if the session does not leave its results there; `arrays` are always possible. */
async function loadFor(results: Results, loading: Loading): Promise<Decoder | undefined> {
  const { stored, config, device, limits, log } = loading
  const session = await loadSession(stored, device, limits.threads, keptOutputs(results, config))
  const releases: (() => Promise<unknown>)[] = [() => release(session)]
  const dispose = async (): Promise<void> => {
    for (const each of releases.splice(0).reverse()) await each()
  }
  const onDispose = (each: () => Promise<unknown>): void => void releases.push(each)
  try {
    const graph = describeGraph(session, config, stored.folder)
    const drawing = new DrawingThreads(graph.vocabularySize, limits.threads)
    onDispose(() => drawing.dispose())
    const cacheLimits = { maxRows: MAX_ROWS, bytes: limits.kvCacheBytes }
    const mayShare = mayShareBatch(config, limits)
    const parts = { graph, drawing, cacheLimits, device, mayShare, onDispose, log }
    const scheduler = (await isExtendedInPlace(graph, loading))
      ? new Scheduler(new InPlaceCache(graph, cacheLimits, longGraph(loading, onDispose)), drawing)
      : await returnedScheduler(results, parts)
    if (scheduler) return { scheduler, dispose }
    await dispose()
    return undefined
  } catch (thrown) {
    await dispose()
    if (device !== 'cpu' || thrown instanceof FailureError) throw thrown
    throw doesNotRun(thrown, stored.folder)
  }
}

async function isExtendedInPlace(
  graph: CausalGraph,
  { config, device, log }: Loading,
): Promise<boolean> {
  const isPossible = device === 'cpu' && !graph.cacheBranch && !dependsOnMaskWidth(config)
  if (!isPossible || !(await extendsInPlace(graph))) return false
  log('debug', 'The cache is extended in place.')
  return true
}

/** Loads the graph for long prompts, if the model has one. */
function longGraph(
  { stored: { folder, prefillGraph }, config, device, limits, log }: Loading,
  onDispose: (release: () => Promise<unknown>) => void,
): (() => Promise<CausalGraph>) | undefined {
  if (prefillGraph === undefined) return undefined
  return async () => {
    const session = await loadSession({ folder, graph: prefillGraph }, device, limits.threads, [])
    onDispose(() => release(session))
    log('debug', 'The graph for long prompts is loaded.')
    return describeGraph(session, config, folder)
  }
}
