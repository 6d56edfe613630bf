// Options of ONNX Runtime that an experiment changes in every session on a GPU.
import { InferenceSession } from 'onnxruntime-node'

export interface Runtime {
  /** Of the WebGPU provider, such as `storageBufferCacheMode`; onnxruntime-node knows few. */
  provider?: Record<string, string | boolean>
  /** Other options of a session, such as `enableProfiling`. */
  session?: InferenceSession.SessionOptions
}

type Create = (
  model: unknown,
  options?: InferenceSession.SessionOptions,
) => Promise<InferenceSession>

/** Adds `runtime` to the options of every session on a GPU from now on. */
export function useRuntime(runtime: Runtime | undefined): void {
  if (!runtime) return
  const create = InferenceSession.create.bind(InferenceSession) as Create
  const changed: Create = (model, options = {}) =>
    create(
      model,
      options.executionProviders?.includes('webgpu')
        ? {
            ...options,
            ...runtime.session,
            executionProviders: [{ name: 'webgpu', ...runtime.provider }],
          }
        : options,
    )
  Reflect.set(InferenceSession, 'create', changed)
}
