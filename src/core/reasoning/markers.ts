// The markers that models put around their reasoning.

export interface Markers {
  open: string
  close: string
}

/** The markers of published models; the first are the most common. */
export const MARKERS: readonly Markers[] = [
  { open: '<think>', close: '</think>' }, // DeepSeek R1, Qwen3, GLM, Nemotron, EXAONE
  { open: '<thinking>', close: '</thinking>' },
  { open: '<thought>', close: '</thought>' },
  { open: '<reasoning>', close: '</reasoning>' },
  { open: '[THINK]', close: '[/THINK]' }, // Magistral
  { open: '<seed:think>', close: '</seed:think>' }, // Seed-OSS
  { open: '<|START_THINKING|>', close: '<|END_THINKING|>' }, // Command A
  { open: '<|begin_of_thought|>', close: '<|end_of_thought|>' }, // OpenThinker
  { open: '<|channel>', close: '<channel|>' }, // Gemma
]

/** The channels of gpt-oss. */
export const CHANNELS = {
  start: '<|channel|>',
  message: '<|message|>',
  ends: /<\|(?:end|return|start|call)\|>/,
} as const

/** The known markers that a chat template names; all of them for a template that names none. */
export function markersOf(template: string | undefined): readonly Markers[] {
  const named = MARKERS.filter(({ open, close }) =>
    [open, close].some((marker) => template?.includes(marker)),
  )
  return named.length > 0 ? named : MARKERS
}

/** Whether a prompt ends with an opening marker. */
export const endsOpen = (prompt: string, markers: readonly Markers[]): boolean =>
  markers.some(({ open }) => prompt.trimEnd().endsWith(open))
