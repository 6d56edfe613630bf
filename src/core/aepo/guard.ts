// The guard: degenerate candidates leave the pool before selection, each with its reason.
import type { Removal, RemovalReason } from '../../shared/domain'
import type { PooledText } from '../../shared/engineProtocol'

/**
 * Shorter than the smaller of these is a stub: characters, and a share of the pool's median length.
 */
const STUB_CHARACTERS = 20
const STUB_SHARE_OF_MEDIAN = 0.1
/** Looping: more than this share of the n-grams of a text over this many characters is repeated. */
const LOOPING_CHARACTERS = 200
const LOOPING_SHARE = 0.5
const NGRAM = 4
/** Scripts that write no spaces between words. */
const UNSPACED = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
  .map((script) => `\\p{Script=${script}}`)
  .join('')
const WORD = new RegExp(`[${UNSPACED}]|[^\\s${UNSPACED}]+`, 'gu')
/** With fewer left than this, only empty and duplicate candidates go. */
const LEAST_REMAINING = 4

export interface GuardedPool {
  /** Places in the pool of the candidates that stay, ascending. */
  kept: number[]
  /** In pool order; one reason each, the first of REMOVAL_REASONS that applies. */
  removed: Removal[]
}

/**
 * Takes out of the pool, by trimmed text: empty ones; duplicates of an earlier one; and, where
 * `enabled`, stubs (shorter than min(20 characters, 10 % of the median of the distinct texts)),
 * texts repeated under several prompts, and looping ones. Should these last three leave fewer than
 * four, none of the three goes.
 * @param repeatedTexts those texts of the pool, trimmed, that were seen under at least three
 *   prompts.
 */
export function guardPool(
  pool: readonly PooledText[],
  repeatedTexts: Iterable<string>,
  enabled: boolean,
): GuardedPool {
  const reasons: (RemovalReason | null)[] = []
  const seen = new Set<string>()
  for (const { text } of pool) {
    const trimmed = text.trim()
    reasons.push(trimmed === '' ? 'empty' : seen.has(trimmed) ? 'duplicate' : null)
    seen.add(trimmed)
  }
  if (!enabled) return partition(pool, reasons)
  const strict = withDegenerate(pool, reasons, new Set(repeatedTexts))
  return partition(
    pool,
    strict.filter((reason) => reason === null).length >= LEAST_REMAINING ? strict : reasons,
  )
}

function withDegenerate(
  pool: readonly PooledText[],
  reasons: readonly (RemovalReason | null)[],
  repeated: ReadonlySet<string>,
): (RemovalReason | null)[] {
  const distinct = pool
    .filter((_, i) => reasons[i] === null)
    .map(({ text }) => characterCount(text.trim()))
  const stubLength = Math.min(STUB_CHARACTERS, STUB_SHARE_OF_MEDIAN * median(distinct))
  return pool.map(({ text }, i) => {
    const trimmed = text.trim()
    if (reasons[i]) return reasons[i]
    if (characterCount(trimmed) < stubLength) return 'stub'
    if (repeated.has(trimmed)) return 'repeated-under-prompts'
    return isLooping(trimmed) ? 'looping' : null
  })
}

function partition(
  pool: readonly PooledText[],
  reasons: readonly (RemovalReason | null)[],
): GuardedPool {
  const kept: number[] = []
  const removed: Removal[] = []
  pool.forEach(({ id }, i) => {
    const reason = reasons[i]
    if (reason) removed.push({ id, reason })
    else kept.push(i)
  })
  return { kept, removed }
}

/**
 * Whether more than half of the 4-grams of a text over 200 characters repeat an earlier one. Words
 * are the units, and single characters in scripts that write no spaces; a text of fewer than four
 * words ("aaaa…") is taken by its characters.
 */
function isLooping(text: string): boolean {
  if (characterCount(text) <= LOOPING_CHARACTERS) return false
  const words = text.match(WORD) ?? []
  const units = words.length < NGRAM ? Array.from(text) : words
  const total = units.length - NGRAM + 1
  const distinct = new Set<string>()
  for (let i = 0; i < total; i++) distinct.add(units.slice(i, i + NGRAM).join('\n'))
  return total - distinct.size > LOOPING_SHARE * total
}

/** Unicode characters (code points). */
function characterCount(text: string): number {
  let surrogatePairs = 0
  for (let i = 0; i < text.length; i++)
    if ((text.codePointAt(i) as number) > 0xffff) surrogatePairs++
  return text.length - surrogatePairs
}

/** The middle value, the mean of the two middle ones for an even number, 0 for none. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  if (sorted.length === 0) return 0
  return ((sorted[Math.floor(middle - 0.5)] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2
}
