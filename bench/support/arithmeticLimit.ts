// The arithmetic limit: tokens per second of the embedded language model at the float32 peak of the
// machine.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { matrixPowerGraph } from '../../src/engine/runtime/smallGraphs'
import { MODELS } from './engine'

/** Large enough for the product to be limited by arithmetic; takes some tenths of a second. */
const SIZE = 1536
const PRODUCTS = 6
const TRIES = 4

/**
 * Measures the float32 operations per second of a large matrix product in ONNX Runtime with its
 * default threads: the best of several tries.
 */
export class PeakMeter {
  private constructor(
    private readonly session: InferenceSession,
    private readonly matrix: Tensor,
  ) {}

  static async create(): Promise<PeakMeter> {
    const session = await InferenceSession.create(matrixPowerGraph(PRODUCTS), {
      executionProviders: ['cpu'],
    })
    return new PeakMeter(
      session,
      new Tensor('float32', new Float32Array(SIZE * SIZE).fill(1 / SIZE), [SIZE, SIZE]),
    )
  }

  async operationsPerSecond(): Promise<number> {
    let best = 0
    for (let i = 0; i < TRIES; i++) {
      const began = performance.now()
      await this.session.run({ x: this.matrix, w: this.matrix }, ['y'])
      best = Math.max(best, (2 * SIZE ** 3 * PRODUCTS * 1000) / (performance.now() - began))
    }
    return best
  }
}

interface LlamaConfig {
  hidden_size: number
  intermediate_size: number
  num_hidden_layers: number
  num_attention_heads: number
  num_key_value_heads: number
  vocab_size: number
}

/**
 * Operations for one token of a Llama model after `length` tokens; a multiplication and an addition
 * count as two:
 *
 *     matrices     2 · (layers · (hidden² · (2 + 2 · keyValueHeads / heads)
 *                  + 3 · hidden · intermediate) + vocabulary · hidden)
 *     attention    4 · layers · hidden · length
 */
export function operationsPerToken(length: number): number {
  const config = JSON.parse(
    readFileSync(path.join(MODELS, 'SmolLM2-135M-Instruct/config.json'), 'utf8'),
  ) as LlamaConfig
  const {
    hidden_size: hidden,
    intermediate_size: intermediate,
    num_hidden_layers: layers,
    num_attention_heads: heads,
    num_key_value_heads: keyValueHeads,
    vocab_size: vocabulary,
  } = config
  const perLayer = hidden ** 2 * (2 + (2 * keyValueHeads) / heads) + 3 * hidden * intermediate
  return 2 * (layers * perLayer + vocabulary * hidden) + 4 * layers * hidden * length
}
