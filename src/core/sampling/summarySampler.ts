// Draws the next token from a summary of a row of logits and the few blocks of it that can matter:
// the same token as from the whole row.
// Invariant I9.
import { isSound, type LogitsSummary, massOf, SUM_ERROR } from './logitsSummary'
import { MassBound } from './massBound'
import { minPDepth, Narrowing, type LogitRow } from './narrowing'
import { uniform } from './random'
import type { DistributionSettings, Draw } from './tokenSampler'
import { TopPRanges } from './topPRange'
import { blocksIn, VocabularyScan } from './vocabularyScan'

/** Most tokens that may or may not belong to the top-p tokens, for which a draw is tried. */
const MAX_UNSURE = 64

/** Which blocks of a row decide a draw, and what is known of the row. */
export interface DrawPlan {
  /** In ascending order. */
  blocks: readonly number[]
  maximum: number
  /** The sum of all weights; see {@link SUM_ERROR}. */
  mass: number
  /** All tokens that can be drawn are within this depth, in nats, after temperature; with top-p. */
  depth: number
}

/** An instance owns working memory for one vocabulary. */
export class SummarySampler {
  private readonly scan: VocabularyScan
  private readonly narrowing: Narrowing
  private readonly ranges: TopPRanges
  private readonly bound: MassBound

  constructor(readonly vocabularySize: number) {
    this.scan = new VocabularyScan(vocabularySize)
    this.narrowing = new Narrowing(this.scan)
    this.ranges = new TopPRanges(this.scan)
    this.bound = new MassBound(blocksIn(vocabularySize))
  }

  /**
   * What {@link draw} reads; undefined if the whole row is needed: with a repetition penalty, for
   * logits that are not finite, or if the summary does not bound the tokens that can be drawn.
   */
  plan(
    summary: LogitsSummary,
    settings: DistributionSettings,
    seed: number,
    position: number,
  ): DrawPlan | undefined {
    if (settings.repetitionPenalty !== 1 || !isSound(summary)) return undefined
    const { maxima } = summary
    const maximum = largestOf(maxima)
    const mass = massOf(summary)
    const inverse = 1 / settings.temperature
    const found = (blocks: readonly number[], depth = Infinity): DrawPlan => ({
      blocks,
      maximum,
      mass,
      depth,
    })
    const from = (threshold: number, depth?: number): DrawPlan => {
      const blocks = []
      for (let block = 0; block < maxima.length; block++)
        if (maxima[block]! >= threshold) blocks.push(block)
      return found(blocks, depth)
    }
    const { temperature, topK, topP, minP } = settings
    if (temperature === 0) return found([maxima.indexOf(maximum)])
    if (topK > 0 && topK < this.vocabularySize) {
      this.scan.adopt(maxima)
      return from(this.scan.reachedBy(topK))
    }
    if (topP < 1) {
      const depth = this.bound.depthReaching(summary, maximum, inverse, mass, topP * mass)
      return depth === undefined ? undefined : from(maximum - depth / inverse, depth)
    }
    if (minP > 0) return from(maximum - minPDepth(minP) / inverse)
    const at = blockAt(summary, mass, uniform(seed, position))
    return at && found([at.block])
  }

  /**
   * The draw of `TokenSampler.draw`; undefined if the rounding of the summary's sums leaves the
   * token open. The log-probability has an error of at most {@link SUM_ERROR}.
   * @param logits of a row; only the blocks of the plan are read.
   */
  draw(
    logits: Float32Array,
    summary: LogitsSummary,
    plan: DrawPlan,
    settings: DistributionSettings,
    seed: number,
    position: number,
  ): Draw | undefined {
    const { maximum } = plan
    const row = { logits, maximum, inverse: 1 / settings.temperature }
    this.scan.adopt(summary.maxima)
    const u = settings.temperature === 0 ? 0 : uniform(seed, position)
    const token = this.pick(row, summary, plan, settings, u)
    return token === undefined
      ? undefined
      : { token, logprob: logits[token]! - maximum - Math.log(summary.total) }
  }

  private pick(
    row: LogitRow,
    summary: LogitsSummary,
    plan: DrawPlan,
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
    if (topP < 1) return this.pickTopP(row, plan, settings, u)
    if (minP > 0) return narrowing.tokenAt(narrowing.minP(row, minP, 'vocabulary'), u)
    return this.pickAny(row, summary, plan, u)
  }

  /**
   * With top-p. The mass of all tokens is known up to a rounding error, so the draw has to give one
   * token for every number of tokens that can be meant.
   */
  private pickTopP(
    row: LogitRow,
    { mass, depth }: DrawPlan,
    { topP, minP }: DistributionSettings,
    u: number,
  ): number | undefined {
    const { narrowing } = this
    const target = topP * mass
    let listed = narrowing.within(row, depth)
    const range = this.ranges.find(row, listed, target * (1 - SUM_ERROR), target * (1 + SUM_ERROR))
    if (!range || range.most - range.least > MAX_UNSURE) return undefined
    const { certain, sorted, least, most } = range
    const drawOf = (kept: number): number => {
      listed = narrowing.keepLargest(row, sorted, kept - certain, listed)
      if (minP > 0) listed = narrowing.minP(row, minP, listed)
      return narrowing.tokenAt(listed, u)
    }
    const token = drawOf(most)
    if (most === least || this.margin(token, listed, u) > range.unsure) return token
    for (let kept = most - 1; kept >= least; kept--) if (drawOf(kept) !== token) return undefined
    return token
  }

  /**
   * The weight that can be taken from any tokens but `token` of the first `count` of the list
   * without a change of the draw.
   */
  private margin(token: number, count: number, u: number): number {
    const { tokens, weights } = this.scan
    const target = u * this.narrowing.massOf(count)
    let before = 0
    let i = 0
    for (; tokens[i] !== token; i++) before += weights[i]!
    return Math.min(target - before, before + weights[i]! - target)
  }

  /** Without truncation. */
  private pickAny(
    row: LogitRow,
    summary: LogitsSummary,
    { mass }: DrawPlan,
    u: number,
  ): number | undefined {
    const found = blockAt(summary, mass, u)
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

function largestOf(values: Float32Array): number {
  let largest = -Infinity
  for (const value of values) if (value > largest) largest = value
  return largest
}

/**
 * The block of the token at the share `u` of all weights, and the weight before that token in the
 * block, with its error; undefined if the rounding of the sums leaves the block open.
 */
function blockAt(
  { sums }: LogitsSummary,
  mass: number,
  u: number,
): { block: number; rest: number; error: number } | undefined {
  const target = u * mass
  const error = 2 * SUM_ERROR * mass
  let before = 0
  for (let block = 0; block < sums.length; block++) {
    const sum = sums[block]!
    const rest = target - before
    if (rest < sum) return rest >= error && rest + error < sum ? { block, rest, error } : undefined
    before += sum
  }
  return undefined
}
