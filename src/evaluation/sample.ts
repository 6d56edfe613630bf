// Samples the responses of an evaluation, and pairs them up.
import {
  generate,
  type GenerateOptions,
  type GenerateResult,
} from '../curation/generation/generate'
import type { Engine } from '../curation/engine'
import type { Evaluation } from './evaluation'
import { pairUp } from './pairs'

/** @throws FailureError as {@link generate}. What was sampled by then is paired up. */
export async function sampleEvaluation(
  { data }: Evaluation,
  engine: Engine,
  options: Omit<GenerateOptions, 'select' | 'limit' | 'shard'>,
): Promise<GenerateResult> {
  try {
    return await generate(data, engine, { ...options, select: false })
  } finally {
    await pairUp(data)
  }
}
