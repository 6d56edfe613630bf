// The guard removes degenerate candidates from a pool before selection and records why.
import type { Removal, RemovalReason } from '../../shared/domain'
import type { PooledText } from '../../shared/selectionProtocol'

/** A stub is shorter than both: a number of characters, and a share of the median length. */
const STUB_CHARACTERS = 20
const STUB_SHARE_OF_MEDIAN = 0.1
/**
 * A text is checked for loops above this length; it loops if more than this share of its n-grams
 * repeats.
 */
const LOOPING_CHARACTERS = 200
const LOOPING_SHARE = 0.5
const NGRAM = 4
/** Scripts without spaces between words. */
const UNSPACED = ['Han', 'Hiragana', 'Katakana', 'Thai', 'Lao', 'Khmer', 'Myanmar']
  .map((script) => `\\p{Script=${script}}`)
  .join('')
const WORD = new RegExp(`[${UNSPACED}]|[^\\s${UNSPACED}]+`, 'gu')
/** A text that came under at least this many prompts is degenerate. */
export const REPEATED_UNDER = 3
/** With fewer left than this, stubs, repeated and looping texts stay. */
const MIN_REMAINING = 4

/** Why a candidate leaves the pool; null while it stays. */
type Reason = RemovalReason | null

export interface GuardedPool {
  /** Indices in the pool of the candidates that remain, ascending. */
  kept: number[]
  /** In pool order, each with the first of REMOVAL_REASONS that applies. */
  removed: Removal[]
}

export interface GuardOptions {
  /** Trimmed texts of the pool that were seen under at least {@link REPEATED_UNDER} prompts. */
  repeatedTexts: Iterable<string>
  /** Without it only empty texts and duplicates are removed. */
  enabled: boolean
  /** Number of candidates to be selected. */
  k: number
}

/**
 * Removes candidates from a pool in four steps, by trimmed text:
 * 1. empty texts, also those of unfinished reasoning, and duplicates of an earlier text, always;
 * 2. stubs (shorter than min(20 characters, 10 % of the median of the distinct texts)), texts
 *    repeated under several prompts, and looping texts, unless fewer than four candidates would
 *    remain;
 * 3. candidates that an earlier selection showed, always; steps 1 and 2 do as for that selection;
 * 4. cut-off texts, where at least k finished ones remain: a preference for a text without an end
 *    teaches no end.
 */
export function guardPool(
  pool: readonly PooledText[],
  { repeatedTexts, enabled, k }: GuardOptions,
): GuardedPool {
  const reasons: Reason[] = []
  const seen = new Set<string>()
  for (const { text, hasReasoning = false } of pool) {
    const trimmed = text.trim()
    const blank = hasReasoning ? 'unfinished-reasoning' : 'empty'
    reasons.push(trimmed === '' ? blank : seen.has(trimmed) ? 'duplicate' : null)
    seen.add(trimmed)
  }
  const withSeen = (others: readonly Reason[]): Reason[] =>
    others.map((reason, i) => (pool[i]!.isSeen ? 'seen' : reason))
  if (!enabled) return partition(pool, withSeen(reasons))
  const strict = withDegenerate(pool, reasons, new Set(repeatedTexts))
  const guarded = withSeen(remaining(strict) >= MIN_REMAINING ? strict : reasons)
  const finished = guarded.map((reason, i) => reason ?? (pool[i]!.isCutOff ? 'cut-off' : null))
  return partition(pool, remaining(finished) >= k ? finished : guarded)
}

/**
 * The degenerate ones among responses to several prompts: empty, stub, looping, or the same under
 * at least {@link REPEATED_UNDER} prompts. All responses count as one pool. A duplicate alone is
 * not degenerate.
 */
export function degenerateTexts<T extends { text: string; prompt: number }>(
  responses: readonly T[],
): T[] {
  const prompts = new Map<string, Set<number>>()
  for (const { text, prompt } of responses) {
    const trimmed = text.trim()
    prompts.set(trimmed, (prompts.get(trimmed) ?? new Set()).add(prompt))
  }
  const repeated = [...prompts].flatMap(([text, under]) =>
    under.size < REPEATED_UNDER ? [] : text,
  )
  const empty = responses.map(({ text }): Reason => (text.trim() === '' ? 'empty' : null))
  const reasons = withDegenerate(responses, empty, new Set(repeated))
  return responses.filter((_, i) => reasons[i] !== null)
}

const remaining = (reasons: readonly Reason[]): number =>
  reasons.filter((reason) => reason === null).length

function withDegenerate(
  pool: readonly Pick<PooledText, 'text'>[],
  reasons: readonly Reason[],
  repeated: ReadonlySet<string>,
): Reason[] {
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

function partition(pool: readonly PooledText[], reasons: readonly Reason[]): GuardedPool {
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
 * Whether a text of more than 200 characters repeats more than half of its 4-grams. The units are
 * words, or single characters in scripts without spaces and in a text of fewer than four words
 * ("aaaa…").
 */
function isLooping(text: string): boolean {
  if (characterCount(text) <= LOOPING_CHARACTERS) return false
  const words = wordsOf(text)
  const units = words.length < NGRAM ? Array.from(text) : words
  const total = units.length - NGRAM + 1
  const distinct = new Set<string>()
  for (let i = 0; i < total; i++) distinct.add(units.slice(i, i + NGRAM).join('\n'))
  return total - distinct.size > LOOPING_SHARE * total
}

/** Words; in scripts without spaces, characters. */
export const wordsOf = (text: string): readonly string[] => text.match(WORD) ?? []

/** The number of Unicode code points. */
function characterCount(text: string): number {
  let surrogatePairs = 0
  for (let i = 0; i < text.length; i++) if (text.codePointAt(i)! > 0xffff) surrogatePairs++
  return text.length - surrogatePairs
}

/** The median; 0 for no values. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  if (sorted.length === 0) return 0
  return (sorted[Math.floor(middle - 0.5)]! + sorted[Math.floor(middle)]!) / 2
}
