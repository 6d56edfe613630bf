// Several decoders side by side on the cores of a CPU, or one.
import type { Device } from '../../shared/domain'
import type { Log } from '../log'
import { sessionsHere, threadShares } from '../models/sessionCount'
import { physicalCores } from '../runtime/physicalCores'
import { type Decoder, type DecoderFiles, type DecoderLimits, loadDecoder } from './decoder'
import { canStartThreads, DecoderThread } from './decoderThread'
import type { GraphConfig } from './graph'
import { ParallelQueue } from './parallelQueue'

/**
 * Loads what samples candidates with the threads and the memory of `limits`. Several decoders share
 * both equally; all but the first are loaded when they are first needed.
 * @throws as {@link loadDecoder}.
 */
export async function loadDecoders(
  stored: DecoderFiles,
  config: GraphConfig,
  device: Device,
  limits: DecoderLimits,
  log: Log,
): Promise<Decoder> {
  const threads = limits.threads || (await physicalCores())
  const count =
    device !== 'cpu' || !canStartThreads()
      ? 1
      : (limits.compared?.decoders ?? (await sessionsHere(stored, threads)))
  if (count === 1) return loadDecoder(stored, config, device, limits, log)
  const shares = sharesOf({ ...limits, threads }, count)
  const decoders = shares.map(
    (share) => new DecoderThread({ stored: filesOf(stored), config, limits: share }, log),
  )
  const [first, ...others] = decoders as [DecoderThread, ...DecoderThread[]]
  await first.start()
  if (limits.compared?.decoders) await Promise.all(others.map((thread) => thread.start()))
  log('debug', `${count} decoders share ${threads} threads.`)
  return {
    scheduler: new ParallelQueue([first, ...others]),
    dispose: async () => {
      await Promise.all(decoders.map((thread) => thread.dispose()))
    },
  }
}

/** What a thread needs of a model, without what else is known of it. */
const filesOf = ({ folder, graph, prefillGraph }: DecoderFiles): DecoderFiles => ({
  folder,
  graph,
  ...(prefillGraph ? { prefillGraph } : {}),
})

/** The limits of each of `count` decoders, which together keep the given ones, and nothing else. */
export const sharesOf = (
  { threads, kvCacheBytes, compared }: DecoderLimits,
  count: number,
): DecoderLimits[] =>
  threadShares(threads, count).map((share) => ({
    threads: share,
    kvCacheBytes: Math.floor(kvCacheBytes / count),
    ...(compared ? { compared } : {}),
  }))
