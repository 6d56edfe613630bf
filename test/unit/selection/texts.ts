// Texts like good responses: long, distinct, without repetition.

const WORDS =
  'alder birch cedar elm fir hazel ivy juniper larch maple oak pine rowan spruce willow yew'.split(
    ' ',
  )

/** `count` words in a fixed, aperiodic order that depends on the seed. */
export function goodText(seed: number, count = 50): string {
  let state = seed * 7919 + 17
  return Array.from({ length: count }, () => {
    state = (state * 1103515245 + 12345) % 2 ** 31
    return WORDS[Math.floor(state / 2 ** 20) % WORDS.length]
  }).join(' ')
}
