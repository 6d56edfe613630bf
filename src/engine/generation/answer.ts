// The answer of a model on this machine, apart from its reasoning.
import { CHANNELS, endsOpen, type Markers, markersOf } from '../../core/reasoning/markers'
import { type Answer, splitReasoning } from '../../core/reasoning/split'

export interface Response {
  /** Without special tokens. */
  visible: string
  /** With special tokens: the markers of some models are such. */
  raw: string
  /** The end of the prompt, with special tokens. */
  promptEnd: string
  /** The chat template; undefined for a base model. */
  template: string | undefined
}

const SPECIAL = /<\|[^|<>]{1,40}\|>/g

export function answerOf({ visible, raw, promptEnd, template }: Response): Answer {
  const markers = markersOf(template)
  const isOpened = endsOpen(promptEnd, markers)
  if (!hasHiddenMarkers(visible, raw, markers))
    return splitReasoning(visible, { markers, isOpened })
  const { text, reasoning } = splitReasoning(raw, { markers, isOpened })
  const plain = (part: string): string => part.replace(SPECIAL, '')
  return { text: plain(text), reasoning: reasoning === null ? null : plain(reasoning) }
}

function hasHiddenMarkers(visible: string, raw: string, markers: readonly Markers[]): boolean {
  const all = [CHANNELS.start, ...markers.flatMap(({ open, close }) => [open, close])]
  return all.some((marker) => raw.includes(marker) && !visible.includes(marker))
}
