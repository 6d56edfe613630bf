// Preference pairs: the chosen and the rejected response to a prompt.
import { z } from 'zod'
import type { Message } from '../../shared/domain'
import { pairKey, preferencePairs } from '../annotation/pairs'
import { messageSchema } from '../formats/records'
import { answer, type ExportFormat, isCutOff } from './format'

const messages = z.array(messageSchema).min(1)

const rowSchema = z.strictObject({ prompt: messages, chosen: messages, rejected: messages })

/** A conversational preference row of TRL. */
export type DpoRow = z.infer<typeof rowSchema>

export const dpo = {
  id: 'dpo',
  label: 'DPO',
  ending: '.dpo.jsonl',
  tool: 'trl.DPOTrainer',
  schema: rowSchema,
  rows: ({ prompt, candidates, preferences }) =>
    preferencePairs(candidates, preferences).map(({ chosen, rejected }) => ({
      row: { prompt: [...prompt], chosen: answer(chosen.text), rejected: answer(rejected.text) },
      teachesCutOff: isCutOff(chosen),
      question: pairKey({ chosen, rejected }),
    })),
} as const satisfies ExportFormat<DpoRow>

/**
 * Whether the longer response is the chosen one. A rule that follows length alone is right in 75.7
 * % of judged pairs: where labels agree with it much more often, length may be all that they teach.
 */
export const prefersLonger = ({ chosen, rejected }: DpoRow): boolean =>
  lengthOf(chosen) > lengthOf(rejected)

const lengthOf = (messages: readonly Message[]): number =>
  messages.reduce((sum, { content }) => sum + content.length, 0)
