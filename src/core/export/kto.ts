// Single responses, each with a desirable or undesirable label: Kahneman-Tversky Optimization,
// arXiv 2402.01306.
import { z } from 'zod'
import { desirabilities } from '../annotation/desirable'
import { messageSchema } from '../formats/records'
import { answer, type ExportFormat, isCutOff } from './format'

const messages = z.array(messageSchema).min(1)

const rowSchema = z.strictObject({ prompt: messages, completion: messages, label: z.boolean() })

/** A conversational row of TRL with an unpaired preference. */
export type KtoRow = z.infer<typeof rowSchema>

/** See {@link desirabilities} for which responses have a row. */
export const kto = {
  id: 'kto',
  label: 'KTO',
  ending: '.kto.jsonl',
  tool: 'trl.KTOTrainer',
  schema: rowSchema,
  rows: ({ prompt, candidates, preferences }) =>
    desirabilities(candidates, preferences).map(({ candidate, desirable }) => ({
      row: { prompt: [...prompt], completion: answer(candidate.text), label: desirable },
      teachesCutOff: desirable && isCutOff(candidate),
    })),
} as const satisfies ExportFormat<KtoRow>
