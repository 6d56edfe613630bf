// The models of the tests, and functions that load them in this process.
import path from 'node:path'
import { env, LogLevel } from '@huggingface/transformers'
import { Embedder } from '../../../src/engine/embedding/embedder'
import { Generator } from '../../../src/engine/generation/generator'
import type { SampledCandidate, SampleParams } from '../../../src/shared/engineProtocol'

export const ROOT = path.resolve(import.meta.dirname, '../../..')
export const MODELS = path.join(ROOT, 'models')
export const TINY = path.join(MODELS, 'tiny-random')
export const SMOL = path.join(MODELS, 'SmolLM2-135M-Instruct')
export const MINI_LM = path.join(MODELS, 'all-MiniLM-L6-v2')

env.allowRemoteModels = false
env.logLevel = LogLevel.ERROR

export const never = new AbortController().signal
export const ignore = (): void => undefined

export const loadGenerator = (
  folder: string,
  kvCacheBytes = 1e9,
  graph = 'onnx/model_q4.onnx',
): Promise<Generator> =>
  Generator.load({ folder, graph }, 'cpu', { kvCacheBytes, threads: 0 }, ignore)

export const loadEmbedder = (graph = 'onnx/model_unpadded_quantized.onnx'): Promise<Embedder> =>
  Embedder.load({ folder: MINI_LM, graph }, 'cpu', 0, ignore)

const PLAIN: SampleParams['sampling'] = {
  temperature: 1,
  topP: 1,
  topK: 0,
  minP: 0,
  repetitionPenalty: 1,
  maxNewTokens: 16,
}

/** Candidates 0 to n − 1; their seeds depend on `salt` and their index. */
export const wanted = (n: number, salt = 0): SampleParams['candidates'] =>
  Array.from({ length: n }, (_, index) => ({ index, seed: salt * 1_000_003 + index * 7919 }))

export function request(
  prompt: string,
  candidates: SampleParams['candidates'],
  sampling: Partial<SampleParams['sampling']> = {},
): SampleParams {
  return {
    generator: { model: 'builtin:tiny-random', device: 'cpu' },
    messages: [{ role: 'user', content: prompt }],
    candidates,
    sampling: { ...PLAIN, ...sampling },
  }
}

/** A candidate of a local model, which reports all figures. */
export type LocalCandidate = SampledCandidate & { tokenCount: number; logprob: number }

/** All candidates of a request, in order of their index. */
export async function sampled(
  generator: Generator,
  params: SampleParams,
  signal = never,
): Promise<LocalCandidate[]> {
  const candidates: LocalCandidate[] = []
  await generator.sample(params, signal, (progress) => {
    if (progress.kind === 'candidate') candidates.push(progress.candidate as LocalCandidate)
  })
  return candidates.sort((a, b) => a.index - b.index)
}
