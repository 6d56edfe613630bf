// The number of physical cores, which is the number of threads that ONNX Runtime starts by default.
import { readFile } from 'node:fs/promises'
import os from 'node:os'

/** At most the number of processors that this process may use. */
export async function physicalCores(): Promise<number> {
  const logical = os.availableParallelism()
  const listed = await readFile('/proc/cpuinfo', 'utf8').then(coresIn, () => 0)
  if (listed > 0) return Math.min(logical, listed)
  return process.arch === 'x64' ? Math.ceil(logical / 2) : logical
}

/** Distinct cores in Linux's list of processors; 0 if it does not say. */
export function coresIn(cpuinfo: string): number {
  const cores = cpuinfo
    .split(/\n\s*\n/)
    .map((processor) =>
      [/^physical id\s*: (\d+)/m, /^core id\s*: (\d+)/m].map((id) => id.exec(processor)?.[1]),
    )
    .filter((ids) => ids.every((id) => id !== undefined))
  return new Set(cores.map((ids) => ids.join())).size
}
