// Loads graphs of `smallGraphs.ts` on a device.
import { InferenceSession } from 'onnxruntime-node'
import type { Device } from '../../shared/domain'
import { FATAL_ONLY, release } from './sessions'

/** The runtime refuses an operator that the device lacks instead of moving it to the CPU. */
const ON_DEVICE_ONLY = { session: { disable_cpu_ep_fallback: '1' } }

interface SmallSessionOptions {
  /** Whether outputs stay in the memory of a GPU. */
  keepsOutputs?: boolean
  /** Whether a GPU that lacks an operator of the graph is an error. */
  onDeviceOnly?: boolean
}

/** Throws errors of the runtime. */
export function loadSmall(
  graph: Uint8Array,
  device: Device,
  { keepsOutputs = false, onDeviceOnly = false }: SmallSessionOptions = {},
): Promise<InferenceSession> {
  const isGpu = device === 'webgpu'
  return InferenceSession.create(graph, {
    executionProviders: [device],
    logSeverityLevel: FATAL_ONLY,
    ...(isGpu && keepsOutputs ? { preferredOutputLocation: 'gpu-buffer' } : {}),
    ...(isGpu && onDeviceOnly ? { extra: ON_DEVICE_ONLY } : {}),
  })
}

/** Sessions that are used together, and released together. */
export class SmallSessions {
  private readonly loaded: InferenceSession[] = []

  constructor(private readonly device: Device) {}

  /** Throws errors of the runtime; then those that were loaded before are released. */
  async load(graph: Uint8Array, options: SmallSessionOptions): Promise<InferenceSession> {
    try {
      const session = await loadSmall(graph, this.device, options)
      this.loaded.push(session)
      return session
    } catch (thrown) {
      await this.release()
      throw thrown
    }
  }

  async release(): Promise<void> {
    for (const session of this.loaded.splice(0)) await release(session)
  }
}
