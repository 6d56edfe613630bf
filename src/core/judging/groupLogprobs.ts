// Log-probabilities of groups of tokens under the softmax of logits.
import { sigmoid } from '../selection/bradleyTerry'

/**
 * The natural log-probability of each group, which is the sum over its tokens.
 * @param logits of the whole vocabulary.
 */
export function groupLogprobs(
  logits: Float32Array,
  groups: readonly (readonly number[])[],
): number[] {
  let largest = -Infinity
  for (const logit of logits) if (logit > largest) largest = logit
  let total = 0
  for (const logit of logits) total += Math.exp(logit - largest)
  return groups.map((tokens) => {
    const mass = tokens.reduce((sum, token) => sum + Math.exp(logits[token]! - largest), 0)
    return Math.log(mass / total)
  })
}

/** The probability of the first of two answers if it is one of them. */
export const probabilityOfFirst = ({ A, B }: { A: number; B: number }): number => sigmoid(A - B)
