// What labels say together, with how sure that is.
import type { Annotation, Preference } from '../../shared/domain'
import type { Share } from '../../shared/reviewProtocol'

/** The 97.5 % quantile of the normal distribution. */
export const Z = 1.959964

/**
 * The 95 % Wilson score interval of a share, in [0, 1]: unlike the normal approximation it holds
 * for few labels and for shares near 0 and 1. The whole of [0, 1] without any label.
 */
export function interval({ count, of }: Share): [number, number] {
  if (of === 0) return [0, 1]
  const share = count / of
  const centre = share + (Z * Z) / (2 * of)
  const reach = Z * Math.sqrt((share * (1 - share)) / of + (Z * Z) / (4 * of * of))
  const scale = 1 + (Z * Z) / of
  return [(centre - reach) / scale, (centre + reach) / scale]
}

/** -1 where a share is below what chance gives, 1 where it is above, 0 where it may be chance. */
export function againstChance(share: Share, chance: number): -1 | 0 | 1 {
  const [low, high] = interval(share)
  return high < chance ? -1 : low > chance ? 1 : 0
}

/** How many preferences there are of each kind. */
export function countKinds(preferences: readonly Preference[]): Record<Preference['kind'], number> {
  const counts = { ranking: 0, tie: 0, allBad: 0, skip: 0 }
  for (const { kind } of preferences) counts[kind]++
  return counts
}

/** The share of the annotations with one best response in which that one was shown first. */
export function shownFirst(annotations: readonly Annotation[]): Share {
  const best = annotations.flatMap(({ preference, shownOrder }) => {
    const [tier] = preference.kind === 'ranking' ? preference.tiers : []
    return tier?.length === 1 ? [shownOrder.indexOf(tier[0] ?? '')] : []
  })
  return { count: best.filter((place) => place === 0).length, of: best.length }
}

/** null for no values. */
export const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, each) => sum + each, 0) / values.length

/** null for no values. */
export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const upper = sorted[Math.floor(sorted.length / 2)]
  const lower = sorted[Math.ceil(sorted.length / 2) - 1]
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2
}

/**
 * The annotations of two annotators of one selection that say the same: the same order of tiers, or
 * the same of tie and all bad. A skip says nothing.
 */
export function agreement(
  one: ReadonlyMap<string, Annotation>,
  other: ReadonlyMap<string, Annotation>,
): Share {
  const share = { count: 0, of: 0 }
  for (const [selectionId, { preference }] of one) {
    const its = other.get(selectionId)?.preference
    if (!its || its.kind === 'skip' || preference.kind === 'skip') continue
    share.of++
    if (meaningOf(preference) === meaningOf(its)) share.count++
  }
  return share
}

const meaningOf = (preference: Preference): string =>
  preference.kind === 'ranking'
    ? JSON.stringify(preference.tiers.map((tier) => tier.toSorted()))
    : preference.kind
