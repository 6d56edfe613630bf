// Degenerate texts, made of a pool's own: what samplers produce now and then.

/** Responses to other prompts, per prompt. */
const MISPLACED = 4
const STUB = '.'
const LOOP_PERIOD = 40
const LOOP_LENGTH = 400

/** A text and, for one that is a response of the file, where that stands. */
export interface DegenerateText {
  text: string
  from?: { prompt: number; response: number }
}

/**
 * For each prompt: a text that is the same under all prompts, a stub, a loop, and four responses to
 * other prompts, which no guard on texts can tell.
 * @param pools the responses of each prompt.
 */
export function degenerateTexts(pools: readonly (readonly string[])[]): DegenerateText[][] {
  return pools.map((texts, prompt) => {
    const misplaced = Array.from({ length: MISPLACED }, (_, i): DegenerateText => {
      const other = (prompt + 1 + i) % pools.length
      const response = i % pools[other]!.length
      return { text: pools[other]![response]!, from: { prompt: other, response } }
    })
    return [
      { text: pools[0]![0]!, from: { prompt: 0, response: 0 } },
      { text: STUB },
      { text: loopOf(texts[0]!) },
      ...misplaced,
    ]
  })
}

/** The beginning of a text, again and again. */
const loopOf = (text: string): string =>
  text
    .slice(0, LOOP_PERIOD)
    .padEnd(LOOP_PERIOD)
    .repeat(LOOP_LENGTH / LOOP_PERIOD)
