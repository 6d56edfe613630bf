// The graph of an embedding model: what it is fed, and which output has the vectors.
import * as l10n from '@vscode/l10n'
import { type InferenceSession, Tensor } from 'onnxruntime-node'
import { failureError } from '../../shared/errors'
import { asSingles, type FloatArray, tensorOver } from '../runtime/arrays'
import { type Feeds, run } from '../runtime/sessions'

const TEXT_VECTORS = 'sentence_embedding'
const TOKEN_VECTORS = ['last_hidden_state', 'token_embeddings', 'hidden_states']
const PAST = /^past_key_values\.\d+\.(?:key|value)$/
const FED = ['input_ids', 'attention_mask', 'token_type_ids', 'position_ids', 'use_cache_branch']

/** Architectures whose positions begin after the padding token. */
const AFTER_PADDING = /roberta|camembert|mpnet|longformer|esm/

export interface GraphVectors {
  /** Row-major; one row per text if the graph pools, else one per token. */
  values: Float32Array
  dim: number
}

export class TextGraph {
  /** Whether an output has the vectors of texts. */
  readonly pools: boolean
  private readonly output: string
  private readonly firstPosition: number

  /**
   * @param where the model's folder, for failures.
   * @throws FailureError `bad-input` for a graph that gives no vectors or asks for other inputs.
   */
  constructor(
    private readonly session: InferenceSession,
    private readonly config: Record<string, unknown>,
    where: string,
  ) {
    const { inputNames, outputNames } = session
    const output = [TEXT_VECTORS, ...TOKEN_VECTORS].find((name) => outputNames.includes(name))
    const unknown = inputNames.filter((name) => !FED.includes(name) && !PAST.test(name))
    if (output === undefined || unknown.length > 0)
      throw failureError(
        'bad-input',
        unknown.length > 0
          ? l10n.t`The model's graph asks for ${unknown.slice(0, 3).join(', ')}.`
          : l10n.t`The model gives no hidden states to embed texts with; its outputs are ${outputNames.slice(0, 3).join(', ')}.`,
        { where, remedy: l10n.t('Choose a sentence embedding model.') },
      )
    this.output = output
    this.pools = output === TEXT_VECTORS
    const { model_type: type, pad_token_id: padding } = config
    this.firstPosition =
      typeof type === 'string' && AFTER_PADDING.test(type) && typeof padding === 'number'
        ? padding + 1
        : 0
  }

  /** The vectors of texts of `length` tokens each. */
  async run(texts: readonly (readonly number[])[], length: number): Promise<GraphVectors> {
    const feeds = this.feeds(texts, length)
    const output = (await run(this.session, feeds, [this.output]))[this.output]!
    return { values: asSingles(output.data as FloatArray), dim: output.dims.at(-1)! }
  }

  private feeds(texts: readonly (readonly number[])[], length: number): Feeds {
    const dims = [texts.length, length]
    const integers = (values: BigInt64Array): Tensor => new Tensor('int64', values, dims)
    const every = (value: (position: number) => number): Tensor =>
      integers(
        BigInt64Array.from({ length: texts.length * length }, (_, i) => BigInt(value(i % length))),
      )
    const all: Feeds = {
      input_ids: integers(BigInt64Array.from(texts.flat(), BigInt)),
      attention_mask: every(() => 1),
      token_type_ids: every(() => 0),
      position_ids: every((position) => this.firstPosition + position),
      use_cache_branch: new Tensor('bool', [false], [1]),
    }
    const { inputMetadata } = this.session
    for (const value of inputMetadata)
      if (value.isTensor && PAST.test(value.name))
        all[value.name] = this.emptyPast(value, texts.length)
    return Object.fromEntries(
      Object.entries(all).filter(([name]) => this.session.inputNames.includes(name)),
    )
  }

  /** A cache without tokens. Only a size that is not 0 may differ from the graph's. */
  private emptyPast(
    { type, shape }: Extract<InferenceSession.ValueMetadata, { isTensor: true }>,
    rows: number,
  ): Tensor {
    const { num_key_value_heads: heads, num_attention_heads: allHeads, head_dim: dim } = this.config
    const { hidden_size: hidden } = this.config
    const known = (value: unknown, other: unknown): number => Number(value ?? other ?? 1)
    const sizes = [
      rows,
      typeof shape[1] === 'number' ? shape[1] : known(heads, allHeads),
      0,
      typeof shape[3] === 'number' ? shape[3] : known(dim, Number(hidden) / Number(allHeads)),
    ]
    return type === 'float16'
      ? tensorOver('float16', new Uint16Array(0), sizes)
      : tensorOver('float32', new Float32Array(0), sizes)
  }
}
