// How long the candidates of a curation take to sample.
import type { SamplingSettings } from '../../shared/domain'
import { EMBEDDED_GENERATOR } from '../formats/modelSettings'

/**
 * Tokens per second of models whose speed is known before they are run. The embedded model: N = 8
 * on two cores, see bench/RESULTS.md (`sample-short`).
 */
const KNOWN_SPEEDS: ReadonlyMap<string, number> = new Map([[EMBEDDED_GENERATOR, 300]])

/** Tokens per second; null for a model that was not measured. */
export const knownSpeed = (model: string): number | null => KNOWN_SPEEDS.get(model) ?? null

/** Seconds if every candidate has the longest length. */
export const longestSamplingTime = (
  prompts: number,
  { n, maxNewTokens }: Pick<SamplingSettings, 'n' | 'maxNewTokens'>,
  tokensPerSecond: number,
): number => (prompts * n * maxNewTokens) / tokensPerSecond
