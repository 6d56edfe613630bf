// How many sessions of a model share the cores of a CPU. ONNX Runtime hardly shares out the many
// small operators of a small model: on two cores, two sessions with one thread each are up to 1.5
// times as fast as one with two threads.
import { stat } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { isDataOf } from './graphFiles'
import { listFolder } from './modelFolder'
import type { StoredModel } from './modelStore'

const MAX_SESSIONS = 4
/** Memory of the machine for each session; that of a decoder takes up to 0.6 GB. */
const MACHINE_BYTES_PER_SESSION = 4e9
/**
 * Larger models have larger operators, which more threads share; and each session holds weights of
 * its own.
 */
const MAX_GRAPH_BYTES = 256_000_000

/** How many sessions of a stored model share `threads` threads on this machine. */
export const sessionsHere = async (
  stored: Pick<StoredModel, 'folder' | 'graph'>,
  threads: number,
): Promise<number> => sessionsFor(threads, await graphBytes(stored), machineBytes())

/** How many sessions share `threads` threads on a machine with `machineBytes` of memory. */
export function sessionsFor(threads: number, graphBytes: number, machineBytes: number): number {
  if (graphBytes > MAX_GRAPH_BYTES) return 1
  const fitting = Math.floor(machineBytes / MACHINE_BYTES_PER_SESSION)
  return Math.max(1, Math.min(MAX_SESSIONS, threads, fitting))
}

/** The threads of each of `count` sessions: all of them together, and at least one for each. */
export const threadShares = (threads: number, count: number): number[] =>
  Array.from({ length: count }, (_, place) =>
    Math.max(1, Math.floor((threads + count - 1 - place) / count)),
  )

/** Bytes of memory that this process can have. */
const machineBytes = (): number => Math.min(os.totalmem(), process.constrainedMemory() || Infinity)

/** Of the graph and of its own files of weights, without what it reads of another graph. */
async function graphBytes({
  folder,
  graph,
}: Pick<StoredModel, 'folder' | 'graph'>): Promise<number> {
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
