// Which build of PyTorch a machine needs. On Linux the package index has it with CUDA libraries
// alone, which are of no use without an NVIDIA GPU; PyTorch's own index has wheels for CPUs.
import { existsSync } from 'node:fs'

/** PyTorch's index of wheels for CPUs. Its files have no hashes in the lock file. */
export const CPU_INDEX = 'https://download.pytorch.org/whl/cpu'

/** `cpu` or `cuda`: overrides what is found. */
const VARIABLE = 'AEPO_TORCH'

/** Of the driver: on Linux, and in the Linux of Windows. */
const DRIVERS = ['/proc/driver/nvidia/version', '/usr/lib/wsl/lib/libcuda.so.1']

/** Whether this machine has an NVIDIA GPU, as far as its files tell. */
export const hasNvidiaGpu = (): boolean => DRIVERS.some((file) => existsSync(file))

/** Whether the wheels for CPUs are the ones to install. */
export function prefersCpuTorch(): boolean {
  const asked = process.env[VARIABLE]
  if (asked === 'cpu' || asked === 'cuda') return asked === 'cpu'
  return process.platform === 'linux' && !hasNvidiaGpu()
}

export interface CpuLock {
  /** A requirement such as `torch==2.15.0`. */
  torch: string
  /** The lock file without PyTorch and what its CUDA build brings along. */
  rest: string
}

const CUDA = /^(?:nvidia-|cuda-|triton==)/

/** null for a lock file that names no PyTorch. */
export function cpuLock(lock: string): CpuLock | null {
  const packages = lock.split(/^(?=\S)/m)
  const torch = packages.map((each) => /^torch==[\w.]+/.exec(each)?.[0]).find((each) => each)
  if (torch === undefined) return null
  const rest = packages.filter((each) => !each.startsWith('torch==') && !CUDA.test(each))
  return { torch, rest: rest.join('') }
}
