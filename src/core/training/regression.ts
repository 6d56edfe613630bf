// `runs/<id>/regression.json`: what a run changed beside the preferences. The runner writes losses
// and responses before and after; the figures that follow from the responses are computed here.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import type { ComparedFigure } from '../../shared/runProtocol'
import { mean } from '../annotation/statistics'
import { degenerateTexts, wordsOf } from '../selection/guard'

/** In nats a token: the perplexity rises by five percent. */
const NEUTRAL_BOUND = 0.05
/** A rise of the share of degenerate responses by more than this is not left to chance. */
const DEGENERATE_BOUND = 0.1

const responseSchema = z.object({
  prompt: z.number().int().min(0).describe('Position in prompts, from 0.'),
  text: z.string(),
  tokens: z.number().int().min(0),
  ended: z.boolean().describe('Whether it ended before maxNewTokens.'),
})
const sideSchema = z.object({
  neutralLoss: z.number().describe('Nats a token on the neutral text.'),
  responses: z.array(responseSchema),
})
type Side = z.infer<typeof sideSchema>

const changeSchema = z.object({ before: z.number().nullable(), after: z.number().nullable() })

export const regressionSchema = z.object({
  version: z.literal(1),
  seconds: z.number().describe('How long the comparison took.'),
  heldOut: z
    .object({ loss: changeSchema.optional(), accuracy: changeSchema.optional() })
    .nullable()
    .describe('Of the held-out rows, before the first step and after the last; null for none.'),
  policy: z
    .object({
      neutral: z.object({ tokens: z.number().int() }),
      sampling: z.object({
        maxNewTokens: z.number().int(),
        temperature: z.number(),
        seed: z.number().int(),
      }),
      prompts: z.array(z.object({ source: z.enum(['held-out', 'fixed']), text: z.string() })),
      before: sideSchema,
      after: sideSchema,
      kl: z
        .number()
        .nullable()
        .describe('KL(trained ‖ start) in nats a token, along the responses of the trained model.'),
    })
    .nullable()
    .describe('null where the model generates no responses.'),
})
export type Regression = z.infer<typeof regressionSchema>

/** Every figure with its value before and after; what was not measured is left out. */
export function comparedFigures({ policy, heldOut }: Regression): ComparedFigure[] {
  const { loss, accuracy } = heldOut ?? {}
  const of = (measure: (side: Side) => number | null): Values =>
    policy ? { before: measure(policy.before), after: measure(policy.after) } : NOT_MEASURED
  const figures: ComparedFigure[] = [
    {
      id: 'neutralLoss',
      label: l10n.t('Loss on neutral text'),
      unit: 'number',
      ...of(({ neutralLoss }) => neutralLoss),
    },
    {
      id: 'responseTokens',
      label: l10n.t('Mean length in tokens'),
      unit: 'number',
      ...of(meanTokens),
    },
    { id: 'cutOff', label: l10n.t('Cut off'), unit: 'share', ...of(shareCutOff) },
    { id: 'degenerate', label: l10n.t('Degenerate'), unit: 'share', ...of(shareDegenerate) },
    { id: 'distinct1', label: l10n.t('Distinct words'), unit: 'share', ...of(distinct(1)) },
    { id: 'distinct2', label: l10n.t('Distinct word pairs'), unit: 'share', ...of(distinct(2)) },
    {
      id: 'kl',
      label: l10n.t('KL from the initial model, nats a token'),
      unit: 'number',
      before: policy ? 0 : null,
      after: policy?.kl ?? null,
    },
    {
      id: 'heldOutLoss',
      label: l10n.t('Held-out loss'),
      unit: 'number',
      ...(loss ?? NOT_MEASURED),
    },
    {
      id: 'heldOutAccuracy',
      label: l10n.t('Held-out accuracy'),
      unit: 'share',
      // before the first step the model and its reference are one: no pair is told apart
      before: null,
      after: accuracy?.after ?? null,
    },
  ]
  return figures.filter(({ before, after }) => before !== null || after !== null)
}

type Values = Pick<ComparedFigure, 'before' | 'after'>
const NOT_MEASURED: Values = { before: null, after: null }

/** What became worse by more than a bound, one sentence each. */
export function regressionWarnings({ policy }: Regression): string[] {
  if (!policy) return []
  const { before, after } = policy
  const rise = after.neutralLoss - before.neutralLoss
  const shares = [before, after].map(shareDegenerate) as [number, number]
  return [
    ...(rise > NEUTRAL_BOUND
      ? [
          l10n.t`The loss on neutral text rose by ${rise.toFixed(2)} nats a token, more than ${NEUTRAL_BOUND}: the model may have become worse at what the labels do not cover. A lower learningRate, fewer epochs or a larger beta changes less.`,
        ]
      : []),
    ...(shares[1] - shares[0] > DEGENERATE_BOUND
      ? [
          l10n.t`Degenerate responses (empty, stubs, loops, the same to several prompts) rose from ${percent(shares[0])} to ${percent(shares[1])}. A lower learningRate, fewer epochs or a larger beta changes less.`,
        ]
      : []),
  ]
}

/** "24 responses to 12 prompts (2 held out), 2612 tokens of neutral text". */
export function regressionBasis({ policy }: Regression): string {
  if (!policy) return ''
  const heldOut = policy.prompts.filter(({ source }) => source === 'held-out').length
  return l10n.t`${policy.after.responses.length} responses to ${policy.prompts.length} prompts (${heldOut} held out) of at most ${policy.sampling.maxNewTokens} tokens, ${policy.neutral.tokens} tokens of neutral text`
}

const percent = (share: number): string => `${Math.round(share * 100)} %`

const meanTokens = ({ responses }: Side): number | null =>
  mean(responses.map(({ tokens }) => tokens))

const shareCutOff = ({ responses }: Side): number | null =>
  mean(responses.map(({ ended }) => (ended ? 0 : 1)))

/** By the rules of the guard, over all responses of a side as one pool. */
function shareDegenerate({ responses }: Side): number {
  return responses.length === 0 ? 0 : degenerateTexts(responses).length / responses.length
}

/** Different n-grams of words, as a share of all; null where there are none. */
const distinct =
  (n: number) =>
  ({ responses }: Side): number | null => {
    const grams = responses.flatMap(({ text }) => {
      const words = wordsOf(text.toLowerCase())
      return words.slice(n - 1).map((_, start) => words.slice(start, start + n).join('\n'))
    })
    return grams.length === 0 ? null : new Set(grams).size / grams.length
  }
