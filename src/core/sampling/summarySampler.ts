// Draws the next token from a summary of a row of logits and the few blocks of it that can matter:
// the same token as from the whole row.
// Invariant I9.
import { depthReaching, isSound, type LogitsSummary, massOf, SUM_ERROR } from './logitsSummary'
import { minPDepth, Narrowing, type LogitRow } from './narrowing'
import { uniform } from './random'
import type { DistributionSettings, Draw } from './tokenSampler'
import { VocabularyScan } from './vocabularyScan'

/** With a larger share of its blocks, a row is drawn from as a whole. */
const LARGEST_SHARE = 1 / 2
/** Most tokens that may or may not belong to the top-p tokens, for which a draw is tried. */
const MAX_UNSURE = 64

/** An instance owns working memory for one vocabulary. */
export class SummarySampler {
  private readonly scan: VocabularyScan
  private readonly narrowing: Narrowing

  constructor(readonly vocabularySize: number) {
    this.scan = new VocabularyScan(vocabularySize)
    this.narrowing = new Narrowing(this.scan)
  }

  /**
   * The blocks that {@link draw} reads, in ascending order; undefined if the whole row is needed:
   * with a repetition penalty, for logits that are not finite, or if more than half of the blocks
   * can matter.
   */
  blocksFor(
    summary: LogitsSummary,
    settings: DistributionSettings,
    seed: number,
    position: number,
  ): number[] | undefined {
    if (settings.repetitionPenalty !== 1 || !isSound(summary)) return undefined
    const row = this.adopt(summary, settings)
    if (settings.temperature === 0) return [summary.maxima.indexOf(row.maximum)]
    const threshold = this.threshold(row, summary, settings)
    if (threshold === undefined) return undefined
    if (threshold === 'all') {
      const found = blockAt(summary, uniform(seed, position))
      return found && [found.block]
    }
    const blocks = []
    for (let block = 0; block < summary.maxima.length; block++)
      if (summary.maxima[block]! >= threshold) blocks.push(block)
    return blocks.length > summary.maxima.length * LARGEST_SHARE ? undefined : blocks
  }

  /**
   * The draw of `TokenSampler.draw`; undefined if the rounding of the summary's sums leaves the
   * token open. The log-probability has an error of at most {@link SUM_ERROR}.
   * @param logits of a row; only the blocks of {@link blocksFor} are read.
   */
  draw(
    logits: Float32Array,
    summary: LogitsSummary,
    settings: DistributionSettings,
    seed: number,
    position: number,
  ): Draw | undefined {
    const row = { ...this.adopt(summary, settings), logits }
    const u = settings.temperature === 0 ? 0 : uniform(seed, position)
    const token = this.pick(row, summary, settings, u)
    return token === undefined
      ? undefined
      : { token, logprob: logits[token]! - row.maximum - Math.log(summary.total) }
  }

  private adopt({ maxima }: LogitsSummary, { temperature }: DistributionSettings): LogitRow {
    this.scan.adopt(maxima)
    return {
      logits: NONE,
      maximum: maxima.reduce((a, b) => Math.max(a, b)),
      inverse: 1 / temperature,
    }
  }

  /**
   * The logit that every token which can be drawn reaches; `'all'` without truncation, undefined if
   * it is not known.
   */
  private threshold(
    { maximum, inverse }: LogitRow,
    summary: LogitsSummary,
    { topK, topP, minP }: DistributionSettings,
  ): number | 'all' | undefined {
    if (topK > 0 && topK < this.vocabularySize) return this.scan.reachedBy(topK)
    const depth =
      topP < 1 ? depthReaching(summary, topP * massOf(summary)) : minP > 0 ? minPDepth(minP) : 'all'
    return typeof depth === 'number' ? maximum - depth / inverse : depth
  }

  private pick(
    row: LogitRow,
    summary: LogitsSummary,
    settings: DistributionSettings,
    u: number,
  ): number | undefined {
    const { narrowing, scan } = this
    const { temperature, topK, topP, minP } = settings
    if (temperature === 0) return scan.firstAt(row.logits, row.maximum)
    if (topK > 0 && topK < this.vocabularySize) {
      let listed = narrowing.topK(row, topK)
      if (topP < 1) listed = narrowing.topP(row, topP, narrowing.massOf(listed), listed)
      if (minP > 0) listed = narrowing.minP(row, minP, listed)
      return narrowing.tokenAt(listed, u)
    }
    if (topP < 1) return this.pickTopP(row, summary, settings, u)
    if (minP > 0) return narrowing.tokenAt(narrowing.minP(row, minP, 'vocabulary'), u)
    return this.pickAny(row, summary, u)
  }

  /**
   * With top-p. The mass of all tokens is known up to a rounding error: tries every number of
   * tokens that can be meant.
   */
  private pickTopP(
    row: LogitRow,
    summary: LogitsSummary,
    { topP, minP }: DistributionSettings,
    u: number,
  ): number | undefined {
    const { narrowing } = this
    const mass = topP * massOf(summary)
    const depth = depthReaching(summary, mass)
    if (depth === undefined) return undefined
    let listed = narrowing.within(row, depth)
    const sorted = narrowing.sort(row, listed)
    const most = narrowing.numberReaching(row, sorted, mass * (1 + SUM_ERROR))
    const least = narrowing.numberReaching(row, sorted, mass * (1 - SUM_ERROR))
    if (most === undefined || least === undefined || most - least > MAX_UNSURE) return undefined
    let token: number | undefined
    for (let kept = most; kept >= least; kept--) {
      listed = narrowing.keepLargest(row, sorted, kept, listed)
      if (minP > 0) listed = narrowing.minP(row, minP, listed)
      const drawn = narrowing.tokenAt(listed, u)
      token ??= drawn
      if (drawn !== token) return undefined
    }
    return token
  }

  /** Without truncation. */
  private pickAny(row: LogitRow, summary: LogitsSummary, u: number): number | undefined {
    const found = blockAt(summary, u)
    if (!found) return undefined
    const at = (rest: number): number | undefined => {
      const { token, reached } = this.scan.tokenInBlock(
        row.logits,
        found.block,
        rest,
        row.maximum,
        row.inverse,
      )
      return reached ? token : undefined
    }
    const token = at(found.rest - found.error)
    return token === at(found.rest + found.error) ? token : undefined
  }
}

const NONE = new Float32Array(0)

/**
 * The block of the token at the share `u` of all weights, and the weight before that token in the
 * block, with its error; undefined if the rounding of the sums leaves the block open.
 */
function blockAt(
  summary: LogitsSummary,
  u: number,
): { block: number; rest: number; error: number } | undefined {
  const total = massOf(summary)
  const target = u * total
  const error = 2 * SUM_ERROR * total
  let before = 0
  for (let block = 0; block < summary.sums.length; block++) {
    const sum = summary.sums[block]!
    const rest = target - before
    if (rest < sum) return rest >= error && rest + error < sum ? { block, rest, error } : undefined
    before += sum
  }
  return undefined
}
