// Pooling of token vectors to one text vector, as sentence-transformers computes it.
import * as l10n from '@vscode/l10n'
import { failureError } from '../../shared/errors'

/**
 * The vector of a text from the row-major vectors of its tokens, of `dim` numbers each, without the
 * first `skipped` tokens. Several modes give one vector after another.
 */
export type Pooling = (values: Float32Array, dim: number, skipped: number) => Float32Array

type Mode = (values: Float32Array, dim: number, skipped: number) => Float32Array

const first: Mode = (values, dim, skipped) => values.slice(skipped * dim, (skipped + 1) * dim)
const last: Mode = (values, dim) => values.slice(-dim)

function maximum(values: Float32Array, dim: number, skipped: number): Float32Array {
  const result = new Float32Array(dim).fill(-Infinity)
  for (let i = skipped * dim; i < values.length; i++)
    result[i % dim] = Math.max(result[i % dim]!, values[i]!)
  return result
}

/** The sum over tokens, each times its weight, over the divisor of the sum of weights. */
const weighted =
  (weight: (token: number) => number, divisor: (weights: number) => number): Mode =>
  (values, dim, skipped) => {
    const sums = new Float64Array(dim)
    let total = 0
    for (let token = skipped; token * dim < values.length; token++) {
      const factor = weight(token)
      total += factor
      for (let d = 0; d < dim; d++) sums[d]! += values[token * dim + d]! * factor
    }
    return Float32Array.from(sums, (sum) => sum / divisor(total))
  }

const MODES: ReadonlyMap<string, Mode> = new Map([
  ['cls', first],
  ['max', maximum],
  [
    'mean',
    weighted(
      () => 1,
      (count) => count,
    ),
  ],
  ['mean_sqrt_len_tokens', weighted(() => 1, Math.sqrt)],
  [
    'weightedmean',
    weighted(
      (token) => token + 1,
      (total) => total,
    ),
  ],
  ['lasttoken', last],
])

/** Older files have a flag for each mode, in this order of their vectors. */
const FLAGS: readonly (readonly [flag: string, mode: string])[] = [
  ['pooling_mode_cls_token', 'cls'],
  ['pooling_mode_max_tokens', 'max'],
  ['pooling_mode_mean_tokens', 'mean'],
  ['pooling_mode_mean_sqrt_len_tokens', 'mean_sqrt_len_tokens'],
  ['pooling_mode_weightedmean_tokens', 'weightedmean'],
  ['pooling_mode_lasttoken', 'lasttoken'],
]

/**
 * The pooling that a configuration of sentence-transformers names.
 * @param where the file, for failures.
 * @throws FailureError `bad-input` for a pooling that is not known.
 */
export function poolingOf(config: Record<string, unknown>, where: string): Pooling {
  const { pooling_mode: named } = config
  const flagged = FLAGS.filter(([flag]) => config[flag] === true).map(([, mode]) => mode)
  const unknownFlags = Object.keys(config).filter(
    (key) =>
      key.startsWith('pooling_mode_') &&
      config[key] === true &&
      !FLAGS.some(([flag]) => flag === key),
  )
  const names =
    typeof named === 'string'
      ? [named]
      : Array.isArray(named)
        ? named.map(String)
        : [...flagged, ...unknownFlags]
  if (names.length === 0) return usualPooling(false)
  const modes = names.map((name) => MODES.get(name))
  if (modes.every((mode) => mode !== undefined)) return concatenated(modes)
  throw failureError(
    'bad-input',
    l10n.t`The model's pooling is not known here: ${names.join(', ')}.`,
    { where, remedy: l10n.t('Choose another embedding model.') },
  )
}

/** The pooling of a model without a configuration of sentence-transformers, as that has it. */
export const usualPooling = (isCausal: boolean): Pooling =>
  concatenated([MODES.get(isCausal ? 'lasttoken' : 'mean')!])

function concatenated(modes: readonly Mode[]): Pooling {
  return (values, dim, skipped) => {
    // a text of prompt tokens alone keeps them
    const kept = skipped * dim < values.length ? skipped : 0
    const result = new Float32Array(dim * modes.length)
    modes.forEach((mode, i) => result.set(mode(values, dim, kept), i * dim))
    return result
  }
}
