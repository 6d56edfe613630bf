// Degenerate texts, made of a pool's own: what samplers produce now and then.

/** `misplaced`: a response to another prompt, which no guard on texts can tell. */
export const DEGENERATE_KINDS = ['repeated', 'stub', 'loop', 'misplaced'] as const
export type DegenerateKind = (typeof DEGENERATE_KINDS)[number]

/** Responses to other prompts, per prompt. */
const MISPLACED = 4

/** The places of a kind among the degenerate texts of a prompt. */
export const PLACES_OF_KIND: Readonly<Record<DegenerateKind, readonly number[]>> = {
  repeated: [0],
  stub: [1],
  loop: [2],
  misplaced: Array.from({ length: MISPLACED }, (_, i) => 3 + i),
}
const STUB = '.'
const LOOP_PERIOD = 40
const LOOP_LENGTH = 400

/**
 * For each prompt, in this order: a text that is the same under all prompts, a stub, a loop, and
 * four responses to other prompts.
 * @param pools the responses of each prompt.
 */
export const madeDegenerateTexts = (pools: readonly (readonly string[])[]): string[][] =>
  pools.map((texts, prompt) => {
    const misplaced = Array.from({ length: MISPLACED }, (_, i) => {
      const other = pools[(prompt + 1 + i) % pools.length]!
      return other[i % other.length]!
    })
    return [pools[0]![0]!, STUB, loopOf(texts[0]!), ...misplaced]
  })

/** The beginning of a text, again and again. */
const loopOf = (text: string): string =>
  text
    .slice(0, LOOP_PERIOD)
    .padEnd(LOOP_PERIOD)
    .repeat(LOOP_LENGTH / LOOP_PERIOD)
