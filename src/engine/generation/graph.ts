// The inputs and outputs of a causal language model's graph, read from its session.
import * as l10n from '@vscode/l10n'
import type { InferenceSession } from 'onnxruntime-node'
import { failureError } from '../../shared/errors'
import { bytesPerElement, type CacheType, type FloatType } from '../runtime/arrays'

/** One key or value cache of one layer: tensors [rows, heads, tokens, dim]. */
interface CacheSlot {
  input: string
  output: string
  /**
   * An output for the new tokens alone: the integers that the graph of integer products continues
   * from. The graph for long prompts has it (models/README.md).
   */
  rounded: string | undefined
  heads: number
  dim: number
}

export interface CausalGraph {
  session: InferenceSession
  slots: CacheSlot[]
  cacheType: CacheType
  logitsType: FloatType
  vocabularySize: number
  /** Whether the graph has the input `position_ids`. */
  takesPositions: boolean
  /** The input that limits the logits to the last tokens, if the graph has one. */
  logitsToKeep: string | undefined
  /**
   * Whether the graph has two branches, for the first tokens and for those after a cache. The
   * second may be made for one token at a time.
   */
  cacheBranch: boolean
  /** Whether the graph returns logits for the last token only, always or through `logitsToKeep`. */
  lastLogitsOnly: boolean
}

/** The keys of config.json that complement the graph. */
export interface GraphConfig {
  vocab_size?: number
  head_dim?: number
  hidden_size?: number
  num_attention_heads?: number
  num_key_value_heads?: number
  is_encoder_decoder?: boolean
  num_hidden_layers?: number
  /** Other names of it. */
  n_layer?: number
  n_layers?: number
  num_layers?: number
  rope_scaling?: RopeScaling | null
  /** Its newer name. */
  rope_parameters?: RopeScaling | null
  sliding_window?: number | null
  use_sliding_window?: boolean
}

interface RopeScaling {
  rope_type?: string
  /** Its older name. */
  type?: string
}

const PAST = /^past_key_values\.(\d+)\.(key|value)$/
/** The input of a graph with two branches; true takes the one with a cache. */
export const CACHE_BRANCH = 'use_cache_branch'
const LOGITS_TO_KEEP = ['num_logits_to_keep', 'logits_to_keep']

/**
 * @param where the model's folder, for failures.
 * @throws FailureError `bad-input` for a graph that is not a decoder with a key/value cache, or
 *   whose sizes are neither in the graph nor in `config`.
 */
export function describeGraph(
  session: InferenceSession,
  config: GraphConfig,
  where: string,
): CausalGraph {
  const inputs = session.inputMetadata.filter((value) => value.isTensor)
  const outputs = session.outputMetadata.filter((value) => value.isTensor)
  const logits = outputs.find(({ name }) => name === 'logits')
  const past = inputs.filter(({ name }) => PAST.test(name))
  const known = new Set([
    'input_ids',
    'attention_mask',
    'position_ids',
    CACHE_BRANCH,
    ...LOGITS_TO_KEEP,
  ])
  const unknown = inputs
    .filter(({ name }) => !known.has(name) && !PAST.test(name))
    .map(({ name }) => name)
  if (
    config.is_encoder_decoder === true ||
    !logits ||
    past.length === 0 ||
    unknown.length > 0 ||
    !session.inputNames.includes('input_ids')
  ) {
    const message = config.is_encoder_decoder
      ? l10n.t('The model has an encoder and a decoder.')
      : logits && past.length > 0
        ? l10n.t`The model's graph asks for ${unknown.slice(0, 3).join(', ')}.`
        : l10n.t("The model's graph has no logits or no key/value cache.")
    throw failureError('bad-input', message, {
      where,
      remedy: l10n.t('Choose a text generation model exported with a key/value cache.'),
    })
  }
  const logitsToKeep = LOGITS_TO_KEEP.find((name) => session.inputNames.includes(name))
  const size = (dim: number | string | undefined, key: keyof GraphConfig, other?: number): number =>
    fixedSize(dim, key, config, other, where)
  const headDim = quotient(config.hidden_size, config.num_attention_heads)
  const slots = past.map(({ name, shape }): CacheSlot => ({
    input: name,
    output: name.replace('past_key_values', 'present'),
    rounded: session.outputNames.find(
      (output) => output === name.replace('past_key_values', 'rounded'),
    ),
    heads: size(shape[1], 'num_key_value_heads', config.num_attention_heads),
    dim: size(shape[3], 'head_dim', headDim),
  }))
  return {
    session,
    slots,
    cacheType: cacheTypeOf(past[0]?.type),
    logitsType: logits.type === 'float16' ? 'float16' : 'float32',
    vocabularySize: size(logits.shape[2], 'vocab_size'),
    takesPositions: session.inputNames.includes('position_ids'),
    logitsToKeep,
    cacheBranch: session.inputNames.includes(CACHE_BRANCH),
    lastLogitsOnly: logitsToKeep !== undefined || logits.shape[1] === 1,
  }
}

const cacheTypeOf = (type: string | undefined): CacheType =>
  type === 'float16' || type === 'int8' ? type : 'float32'
const quotient = (a: number | undefined, b: number | undefined): number | undefined =>
  a !== undefined && b !== undefined ? a / b : undefined

/**
 * Whether the tokens of a row would depend on the width of the attention mask, and thus on the
 * other rows of its batch: LongRoPE (Phi-3 and its successors) selects one of two tables by that
 * width.
 */
export function dependsOnMaskWidth({ rope_scaling, rope_parameters }: GraphConfig): boolean {
  const scaling = rope_parameters ?? rope_scaling
  return (scaling?.rope_type ?? scaling?.type) === 'longrope'
}

/**
 * Whether attention is limited to a window of tokens. On GPUs ONNX Runtime counts the window from
 * the end of the widest row.
 */
export const hasSlidingWindow = ({ sliding_window, use_sliding_window }: GraphConfig): boolean =>
  typeof sliding_window === 'number' && use_sliding_window !== false

/**
 * A dimension of the graph; if it is symbolic, the value of `key` in config.json, or `other`, which
 * derives from other keys.
 */
function fixedSize(
  dim: number | string | undefined,
  key: keyof GraphConfig,
  config: GraphConfig,
  other: number | undefined,
  where: string,
): number {
  const size = typeof dim === 'number' ? dim : (config[key] ?? other)
  if (typeof size === 'number') return size
  throw failureError(
    'bad-input',
    l10n.t`Neither the model's graph nor its config.json has "${key}".`,
    {
      where,
      remedy: l10n.t('Copy or download the model again, or choose another one.'),
    },
  )
}

/** Bytes per token of a row in all cache tensors. */
export function bytesPerToken({ slots, cacheType }: CausalGraph): number {
  return slots.reduce((sum, { heads, dim }) => sum + heads * dim, 0) * bytesPerElement(cacheType)
}
