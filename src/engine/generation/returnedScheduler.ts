// A scheduler over a cache of tensors that the graph returns, or computes into: which of both, and
// which rows share a batch, is decided by trial.
import type { InferenceSession } from 'onnxruntime-node'
import type { Device } from '../../shared/domain'
import { toFailure } from '../../shared/errors'
import { DeviceDrawing } from '../drawing/deviceDrawing'
import type { DrawingThreads } from '../drawing/threads'
import type { Log } from '../log'
import { joinRowsGraph } from '../runtime/deviceGraphs'
import { ELEMENTS } from '../runtime/smallGraphs'
import { SmallSessions } from '../runtime/smallSessions'
import type { CausalGraph } from './graph'
import type { CacheLimits } from './kvCache'
import { createPlaces, type Places, type Results } from './places'
import { cacheLocation, keepsRowsApart } from './probe'
import { DeviceCache, ReturnedCache } from './returnedCache'
import { joinedAtOnce } from './returnedTensors'
import type { SampleQueue } from './sampleJob'
import { Scheduler } from './scheduler'

interface Parts {
  graph: CausalGraph
  drawing: DrawingThreads
  cacheLimits: CacheLimits
  device: Device
  /** Whether rows of several prompts may share a batch, as far as it is known before the trial. */
  mayShare: boolean
  /** Takes what releases the sessions that the scheduler uses. */
  onDispose: (release: () => Promise<unknown>) => void
  log: Log
}

/**
 * undefined if the session does not leave its results there; `arrays` are always possible.
 * @throws an error of the runtime if the device cannot run the graph.
 */
export async function returnedScheduler(
  results: Results,
  { graph, drawing, cacheLimits, device, mayShare, onDispose, log }: Parts,
): Promise<SampleQueue | undefined> {
  const sessions = new SmallSessions(device)
  onDispose(() => sessions.release())
  const places = await placesFor(results, graph, sessions, log)
  if (!places) return undefined
  const joinRows = await rowJoiner(graph, sessions)
  const trial = { graph, joinRows, places, mayShare: mayShare && !graph.cacheBranch, log }
  const ragged = await sharesBatch(results, trial)
  if (ragged === undefined) return undefined
  const options = { joinRows, ragged, ...places }
  return places.logits
    ? new Scheduler(
        new DeviceCache(graph, cacheLimits, options),
        new DeviceDrawing(places.logits, drawing),
      )
    : new Scheduler(new ReturnedCache(graph, cacheLimits, options), drawing)
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

interface Trial extends Pick<Parts, 'graph' | 'mayShare' | 'log'> {
  joinRows: InferenceSession
  places: Places
}

/**
 * Whether rows of several prompts share a batch; undefined if results are not where they are
 * wanted. Tensors are given only to graphs whose rows share a batch, because only there a step
 * extends them in place. Throws if the device cannot run the graph; with given tensors a fault does
 * not show that.
 */
async function sharesBatch(
  results: Results,
  { graph, joinRows, places, mayShare, log }: Trial,
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

function rowJoiner(
  { cacheType, slots }: CausalGraph,
  sessions: SmallSessions,
): Promise<InferenceSession> {
  const graph = joinRowsGraph(ELEMENTS[cacheType], joinedAtOnce(slots.length))
  return sessions.load(graph, { keepsOutputs: true })
}
