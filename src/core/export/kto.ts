// Single responses, each with a desirable or undesirable label: Kahneman-Tversky Optimization,
// arXiv 2402.01306.
import { z } from 'zod'
import type { Preference } from '../../shared/domain'
import { messageSchema } from '../formats/records'
import { answer, type ExportFormat, isCutOff } from './format'

const messages = z.array(messageSchema).min(1)

const rowSchema = z.strictObject({ prompt: messages, completion: messages, label: z.boolean() })

/** A conversational row of TRL with an unpaired preference. */
export type KtoRow = z.infer<typeof rowSchema>

/**
 * The best tier of a ranking is desirable, all others are undesirable; "all bad" makes each
 * undesirable; ties and skips say nothing. The majority of the annotators counts, a draw gives no
 * row.
 */
export const kto = {
  id: 'kto',
  label: 'KTO',
  ending: '.kto.jsonl',
  tool: 'trl.KTOTrainer',
  schema: rowSchema,
  rows: ({ prompt, candidates, preferences }) =>
    candidates.flatMap((candidate) => {
      const votes = preferences.reduce((sum, each) => sum + vote(each, candidate.id), 0)
      if (votes === 0) return []
      const row = { prompt: [...prompt], completion: answer(candidate.text), label: votes > 0 }
      return [{ row, teachesCutOff: row.label && isCutOff(candidate) }]
    }),
} as const satisfies ExportFormat<KtoRow>

/** 1 for desirable, −1 for undesirable, 0 for no statement. */
function vote(preference: Preference, candidateId: string): number {
  switch (preference.kind) {
    case 'ranking': {
      const tier = preference.tiers.findIndex((ids) => ids.includes(candidateId))
      return tier === -1 ? 0 : tier === 0 ? 1 : -1
    }
    case 'allBad':
      return -1
    case 'tie':
    case 'skip':
      return 0
  }
}
