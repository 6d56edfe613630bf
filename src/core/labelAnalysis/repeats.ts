// Labels of one annotator that compared the same texts and say different things.
import type { LookAgainReason } from '../../shared/labelAnalysis'

/** What a label says of two texts under a prompt. */
export interface RepeatedLabel {
  promptId: string
  texts: readonly [string, string]
  /** 1: the first is better, −1: the second, 0: neither. */
  outcome: 1 | 0 | -1
}

interface VerdictLabel {
  selectionId: string
  verdicts: readonly RepeatedLabel[]
}

type Repeat = Extract<LookAgainReason, { kind: 'repeat' }>

/** By the place of the label. Texts that differ in outer spaces alone are the same. */
export function disagreeingRepeats(labels: readonly VerdictLabel[]): Map<number, Repeat> {
  const said = new Map<string, { place: number; outcome: number }[]>()
  for (const [place, { verdicts }] of labels.entries())
    for (const { promptId, texts, outcome } of verdicts) {
      const [first, second] = texts.map((text) => text.trim()) as [string, string]
      if (first === second) continue
      const isInOrder = first < second
      const key = JSON.stringify([promptId, ...(isInOrder ? [first, second] : [second, first])])
      const entry = { place, outcome: isInOrder ? outcome : -outcome }
      said.set(key, [...(said.get(key) ?? []), entry])
    }
  const found = new Map<number, Repeat>()
  for (const entries of said.values())
    for (const { place, outcome } of entries) {
      const other = entries.find((each) => each.place !== place && each.outcome !== outcome)
      if (other && !found.has(place))
        found.set(place, { kind: 'repeat', selectionId: labels[other.place]!.selectionId })
    }
  return found
}
