// An engine without models: candidates and vectors are functions of their seeds and texts, selection is the real one.
import { selectCandidates } from '../../../src/core/aepo/select'
import type { Engine } from '../../../src/curation/engine'
import type { EmbedParams, EngineSide, LoadedModel, SampleParams, SampleProgress, SelectParams } from '../../../src/shared/engineProtocol'
import { fail } from '../../../src/shared/errors'
import type { CallOptions } from '../../../src/shared/rpc'

const DIM = 4
const LOADED: LoadedModel = { model: 'fake', device: 'cpu', reason: '', contextLength: 100 }

export class FakeEngine implements Engine {
  /** Seeds sampled, in order. */
  readonly sampled: number[] = []
  /** Sampling fails with `engine-died` once this many candidates were given. */
  diesAfter = Infinity

  readonly request = (async (method: keyof EngineSide['requests'], params: unknown, options?: CallOptions<unknown>): Promise<unknown> => {
    await Promise.resolve()
    if (options?.signal?.aborted) throw fail('cancelled', 'Cancelled.')
    switch (method) {
      case 'configure':
        return { pid: 1, backends: [] }
      case 'load':
        return LOADED
      case 'sample':
        this.sample(params as SampleParams, (options as CallOptions<SampleProgress> | undefined)?.onProgress)
        return LOADED
      case 'embed': {
        const { texts } = params as EmbedParams
        return { dim: DIM, vectors: Float32Array.from(texts.flatMap(vectorOf)) }
      }
      case 'select':
        return selectCandidates(params as SelectParams)
    }
  }) as Engine['request']

  private sample({ messages, candidates }: SampleParams, onProgress?: (progress: SampleProgress) => void): void {
    if ((messages.at(-1)?.content.length ?? 0) > 1000) throw fail('context-overflow', 'The prompt has 1,000 tokens, the model takes 100.')
    for (const { index, seed } of candidates) {
      if (this.sampled.length >= this.diesAfter) throw fail('engine-died', 'The engine process ended by signal SIGKILL.')
      this.sampled.push(seed)
      onProgress?.({ kind: 'candidate', candidate: { index, seed, text: `answer number ${seed} of some length`, finishReason: 'stop', tokenCount: 3, logprob: -1 } })
    }
  }
}

function vectorOf(text: string): number[] {
  const raw = Array.from({ length: DIM }, (_, i) => 1 + ((text.charCodeAt(text.length % (i + 2)) * 31 * (i + 1)) % 17))
  const length = Math.hypot(...raw)
  return raw.map((value) => value / length)
}
