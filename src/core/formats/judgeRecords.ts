// Lines of `judges/<name>.jsonl`.
import { z } from 'zod'
import type { JudgedText, JudgeRecord } from '../../shared/judging'

const id = z.string().min(1)
const count = z.number().int().min(0)

const judgedText: z.ZodType<JudgedText> = z.strictObject({
  id: id.describe('Of the candidate.'),
  textHash: id.describe('Of the text that was judged.'),
})

const judged = {
  id,
  judge: id.describe('Name of the judge.'),
  promptId: id,
  version: id.describe('Hash of the model, where it runs, and the prompt of the judge.'),
  model: z.string(),
  server: z.string().exactOptional().describe('Address of the server.'),
  promptTokens: count.nullable().describe('Tokens of the request.'),
  tokens: count.nullable().describe('Tokens of the answer.'),
  milliseconds: z.number().min(0),
  at: z.iso.datetime(),
}

export const judgeRecordSchema: z.ZodType<JudgeRecord> = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('answer').describe('One answer about two responses.'),
    ...judged,
    promptVersion: id.describe('Hash of the judge’s prompt.'),
    first: judgedText.describe('The response that was shown first, as A.'),
    second: judgedText.describe('The response that was shown second, as B.'),
    verdict: z.enum(['first', 'second', 'tie']).nullable().describe('null: the answer names none.'),
    probability: z
      .number()
      .min(0)
      .max(1)
      .exactOptional()
      .describe('That the judge gives to the first response; of models on this machine.'),
    text: z.string().describe('The answer as the model wrote it.'),
    reasoning: z.string().exactOptional().describe('What the model wrote before its answer.'),
  }),
  z.strictObject({
    kind: z.literal('score').describe('The score of one response by a reward model.'),
    ...judged,
    candidate: judgedText,
    score: z.number(),
  }),
])
