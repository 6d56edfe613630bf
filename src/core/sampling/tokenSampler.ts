// Draws the next token from one row of logits: a pure function of the logits, the settings, a seed
// and a position.
import type { SamplingSettings } from '../../shared/domain'
import { Narrowing, type LogitRow } from './narrowing'
import { uniform } from './random'
import { VocabularyScan } from './vocabularyScan'

/** The settings that shape the distribution; ranges as in {@link SamplingSettings}. */
export type DistributionSettings = Pick<
  SamplingSettings,
  'temperature' | 'topP' | 'topK' | 'minP' | 'repetitionPenalty'
>

export interface Draw {
  token: number
  /**
   * Natural logarithm of the token's probability under the original logits: temperature 1, no
   * truncation.
   */
  logprob: number
}

/**
 * Samples in the order of Hugging Face's `generate`: repetition penalty, temperature, top-k, top-p,
 * min-p, then one draw.
 *
 * The definition, exact to the bit (see {@link VocabularyScan} for weights and sums):
 * - the penalty divides positive logits of `seen` tokens and multiplies negative ones, rounded to
 *   float32;
 * - temperature 0 takes the largest logit;
 * - of equal logits, truncation keeps the lower ids;
 * - top-p is a share of the weights that top-k left; min-p is a share of the largest weight;
 * - with `u` uniform in [0, 1), the draw is the first token, in order of ids, at which the running
 *   sum of the remaining weights exceeds `u` times their sum; without truncation the running sum
 *   first goes over blocks, then within a block.
 *
 * An instance owns working memory for one vocabulary: do not share it between threads.
 */
export class TokenSampler {
  private readonly scan: VocabularyScan
  private readonly narrowing: Narrowing

  constructor(readonly vocabularySize: number) {
    this.scan = new VocabularyScan(vocabularySize)
    this.narrowing = new Narrowing(this.scan)
  }

  /**
   * The token at `position` (0-based) of the candidate with `seed`. `logits` are unchanged when
   * this returns.
   * @param seen tokens that the repetition penalty applies to.
   * @throws RangeError if no logit is finite.
   */
  draw(
    logits: Float32Array,
    settings: DistributionSettings,
    seed: number,
    position: number,
    seen: ReadonlySet<number>,
  ): Draw {
    const scan = this.scan
    const maximum = scan.maximum(logits)
    const total = scan.total(logits, maximum, 1)
    const u = settings.temperature === 0 ? 0 : uniform(seed, position)
    const token =
      settings.repetitionPenalty === 1
        ? this.pick(
            { logits, maximum, inverse: 1 / settings.temperature },
            settings,
            u,
            settings.temperature === 1 ? total : undefined,
          )
        : withPenalty(logits, settings.repetitionPenalty, seen, () =>
            this.pick(
              { logits, maximum: scan.maximum(logits), inverse: 1 / settings.temperature },
              settings,
              u,
              undefined,
            ),
          )
    return { token, logprob: logits[token]! - maximum - Math.log(total) }
  }

  private pick(
    row: LogitRow,
    settings: DistributionSettings,
    u: number,
    knownTotal: number | undefined,
  ): number {
    const scan = this.scan
    const { temperature, topK, topP, minP } = settings
    if (temperature === 0) return scan.firstAt(row.logits, row.maximum)
    const total = (): number => knownTotal ?? scan.total(row.logits, row.maximum, row.inverse)
    let listed: number | 'vocabulary' = 'vocabulary'
    if (topK > 0 && topK < row.logits.length) listed = this.narrowing.topK(row, topK)
    if (topP < 1)
      listed = this.narrowing.topP(
        row,
        topP,
        listed === 'vocabulary' ? total() : this.narrowing.massOf(listed),
        listed,
      )
    if (minP > 0) listed = this.narrowing.minP(row, minP, listed)
    return listed === 'vocabulary'
      ? scan.tokenAt(row.logits, u * total(), row.maximum, row.inverse)
      : this.narrowing.tokenAt(listed, u)
  }
}

/** Runs `body` with penalised logits, then restores the original ones. */
function withPenalty<T>(
  logits: Float32Array,
  penalty: number,
  seen: ReadonlySet<number>,
  body: () => T,
): T {
  const tokens = Int32Array.from(seen)
  const originals = Float32Array.from(tokens, (token) => logits[token]!)
  tokens.forEach((token, i) => {
    const logit = originals[i]!
    logits[token] = logit < 0 ? logit * penalty : logit / penalty
  })
  try {
    return body()
  } finally {
    tokens.forEach((token, i) => (logits[token] = originals[i]!))
  }
}
