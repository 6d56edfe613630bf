// What a causal language model's graph takes and gives, read from its session.
import * as l10n from '@vscode/l10n'
import type { InferenceSession } from 'onnxruntime-node'
import { failureError } from '../../shared/errors'
import { bytesPerElement, type CacheType, type FloatType } from '../runtime/arrays'

/** One key or value cache of one layer: tensors [rows, heads, tokens, dim]. */
interface CacheSlot {
  input: string
  output: string
  heads: number
  dim: number
}

export interface CausalGraph {
  session: InferenceSession
  slots: CacheSlot[]
  cacheType: CacheType
  logitsType: FloatType
  vocabularySize: number
  /** Whether the graph asks for `position_ids`. */
  takesPositions: boolean
  /**
   * The input that says for how many of the last tokens logits are wanted, if the graph has one.
   */
  logitsToKeep: string | undefined
  /**
   * Whether the graph gives logits for the last token alone, by itself or because it can be told
   * to.
   */
  lastLogitsOnly: boolean
}

/** The keys of config.json that the graph may leave open. */
export interface GraphConfig {
  vocab_size?: number
  head_dim?: number
  hidden_size?: number
  num_attention_heads?: number
  num_key_value_heads?: number
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
const LOGITS_TO_KEEP = ['num_logits_to_keep', 'logits_to_keep']

/**
 * @throws FailureError `bad-input` for a graph that is not a plain decoder with a key/value cache.
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
  const known = new Set(['input_ids', 'attention_mask', 'position_ids', ...LOGITS_TO_KEEP])
  const unknown = inputs
    .filter(({ name }) => !known.has(name) && !PAST.test(name))
    .map(({ name }) => name)
  if (
    !logits ||
    past.length === 0 ||
    unknown.length > 0 ||
    !session.inputNames.includes('input_ids')
  ) {
    const message =
      unknown.length > 0
        ? l10n.t`The model's graph asks for ${unknown.slice(0, 3).join(', ')}.`
        : l10n.t("The model's graph has no logits or no key/value cache.")
    throw failureError('bad-input', message, {
      where,
      remedy: l10n.t('Choose a text generation model exported with a key/value cache.'),
    })
  }
  const logitsToKeep = LOGITS_TO_KEEP.find((name) => session.inputNames.includes(name))
  const dim = config.head_dim ?? quotient(config.hidden_size, config.num_attention_heads)
  const slots = past.map(({ name, shape }): CacheSlot => ({
    input: name,
    output: name.replace('past_key_values', 'present'),
    heads: fixed(shape[1]) ?? config.num_key_value_heads ?? config.num_attention_heads ?? 0,
    dim: fixed(shape[3]) ?? dim ?? 0,
  }))
  return {
    session,
    slots,
    cacheType: cacheTypeOf(past[0]?.type),
    logitsType: logits.type === 'float16' ? 'float16' : 'float32',
    vocabularySize: fixed(logits.shape[2]) ?? config.vocab_size ?? 0,
    takesPositions: session.inputNames.includes('position_ids'),
    logitsToKeep,
    lastLogitsOnly: logitsToKeep !== undefined || logits.shape[1] === 1,
  }
}

const cacheTypeOf = (type: string | undefined): CacheType =>
  type === 'float16' || type === 'int8' ? type : 'float32'
const fixed = (dim: number | string | undefined): number | undefined =>
  typeof dim === 'number' ? dim : undefined
const quotient = (a: number | undefined, b: number | undefined): number | undefined =>
  a !== undefined && b !== undefined ? a / b : undefined

/**
 * Whether a row's tokens would depend on its company in a batch whose mask is as wide as its
 * buffers: where positions are turned by one of two tables, chosen by the width of the mask (Phi-3
 * and its successors).
 */
export function dependsOnMaskWidth({ rope_scaling, rope_parameters }: GraphConfig): boolean {
  const scaling = rope_parameters ?? rope_scaling
  return (scaling?.rope_type ?? scaling?.type) === 'longrope'
}

/**
 * Whether attention sees only so many tokens back; on GPUs ONNX Runtime counts them from the end of
 * the widest row.
 */
export const hasSlidingWindow = ({ sliding_window, use_sliding_window }: GraphConfig): boolean =>
  typeof sliding_window === 'number' && use_sliding_window !== false

/** Bytes that one token of one row takes in all caches. */
export function bytesPerToken({ slots, cacheType }: CausalGraph): number {
  return slots.reduce((sum, { heads, dim }) => sum + heads * dim, 0) * bytesPerElement(cacheType)
}
