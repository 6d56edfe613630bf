// Several decoders side by side on the cores of a CPU, or one. ONNX Runtime hardly shares out the
// many small operators of a small model: on two cores, two decoders with one thread each are up to
// 1.5 times as fast as one with two threads.
import { stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Device } from '../../shared/domain'
import type { Log } from '../log'
import { isDataOf } from '../models/graphFiles'
import { listFolder } from '../models/modelFolder'
import { physicalCores } from '../runtime/physicalCores'
import { type Decoder, type DecoderFiles, type DecoderLimits, loadDecoder } from './decoder'
import { canStartThreads, DecoderThread } from './decoderThread'
import type { GraphConfig } from './graph'
import { ParallelQueue } from './parallelQueue'

const MAX_DECODERS = 4
/** Memory of the machine for each decoder, which takes up to 0.6 GB beside its keys and values. */
const MACHINE_BYTES_PER_DECODER = 4e9
/**
 * Larger models have larger operators, which more threads share; and each decoder holds weights of
 * its own.
 */
const MAX_GRAPH_BYTES = 256_000_000

/** How many decoders share `threads` threads on a machine with `machineBytes` of memory. */
export function decodersFor(threads: number, graphBytes: number, machineBytes: number): number {
  if (graphBytes > MAX_GRAPH_BYTES) return 1
  const fitting = Math.floor(machineBytes / MACHINE_BYTES_PER_DECODER)
  return Math.max(1, Math.min(MAX_DECODERS, threads, fitting))
}

/** Bytes of memory that this process can have. */
const machineBytes = (): number => Math.min(os.totalmem(), process.constrainedMemory() || Infinity)

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
      : (limits.compared?.decoders ??
        decodersFor(threads, await graphBytes(stored), machineBytes()))
  if (count === 1) return loadDecoder(stored, config, device, limits, log)
  const share = shareOf({ ...limits, threads }, count)
  const setup = { stored: filesOf(stored), config, limits: share }
  const first = new DecoderThread(setup, log)
  const others = Array.from({ length: count - 1 }, () => new DecoderThread(setup, log))
  await first.start()
  if (limits.compared?.decoders) await Promise.all(others.map((thread) => thread.start()))
  log('debug', `${count} decoders share the work, with ${share.threads} threads each.`)
  return {
    scheduler: new ParallelQueue([first, ...others]),
    dispose: async () => {
      await Promise.all([first, ...others].map((thread) => thread.dispose()))
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
export const shareOf = (
  { threads, kvCacheBytes, compared }: DecoderLimits,
  count: number,
): DecoderLimits => ({
  threads: Math.max(1, Math.floor(threads / count)),
  kvCacheBytes: Math.floor(kvCacheBytes / count),
  ...(compared ? { compared } : {}),
})

/** Of the graph and of the files of its weights, if it has any. */
async function graphBytes({ folder, graph }: DecoderFiles): Promise<number> {
  const files = [...(await listFolder(folder))].filter(
    (file) => file === graph || isDataOf(file, graph),
  )
  const sizes = files.map((file) =>
    stat(path.join(folder, ...file.split('/'))).then(
      ({ size }) => size,
      () => 0,
    ),
  )
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0)
}
