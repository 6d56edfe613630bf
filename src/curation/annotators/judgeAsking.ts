// A judge as annotator: asks what its journal lacks about a comparison, records every answer, and
// derives the preference from them.
import { randomUUID } from 'node:crypto'
import { probabilityOfFirst } from '../../core/judging/groupLogprobs'
import { filledPrompt } from '../../core/judging/prompt'
import { verdictIn } from '../../core/judging/verdict'
import type { JudgedAnswer } from '../../shared/engineProtocol'
import type { JudgedText, JudgeRecord } from '../../shared/judging'
import type { Curation } from '../curation'
import type { Comparison } from '../labelling/comparison'
import type { Annotator } from './annotator'
import { type Judge, judgedText } from './judge'
import type { JudgeModel } from './judgeModels'

/** Whether nothing is left to ask about a comparison. */
export function isAsked({ settings, opinions }: Judge, texts: readonly JudgedText[]): boolean {
  return settings.kind === 'reward'
    ? texts.every((text) => opinions.score(text) !== undefined)
    : bothOrders(texts).every(([first, second]) => opinions.answer(first, second) !== undefined)
}

/** Each pair of the texts in both orders. */
const bothOrders = <T>(texts: readonly T[]): [T, T][] =>
  texts.flatMap((first, place) =>
    texts.slice(place + 1).flatMap((second): [T, T][] => [
      [first, second],
      [second, first],
    ]),
  )

/** An annotator that asks the model; more than two texts are compared pair by pair. */
export const judgeAnnotator =
  (curation: Curation, judge: Judge, model: JudgeModel): Annotator =>
  async (comparison, signal) => {
    await askAbout([comparison], { curation, judge, model, signal, onRecord: () => undefined })
    return judge.opinions.preference(comparison.texts.map(judgedText))
  }

interface Asking {
  curation: Curation
  judge: Judge
  model: JudgeModel
  signal: AbortSignal
  /** Called with each record when it is in the journal. */
  onRecord: (record: JudgeRecord) => void
}

/**
 * Asks what the journal lacks about comparisons: each pair in both orders, or the score of each
 * text.
 * @throws FailureError of the model, such as `context-overflow`.
 */
export async function askAbout(comparisons: readonly Comparison[], asking: Asking): Promise<void> {
  const { model } = asking
  if (model.kind === 'scores') return scoreMissing(comparisons, model, asking)
  for (const comparison of comparisons) await askMissing(comparison, model, asking)
}

async function askMissing(
  { prompt, texts }: Comparison,
  model: Extract<JudgeModel, { kind: 'pairs' }>,
  asking: Asking,
): Promise<void> {
  const { prompt: template, opinions } = asking.judge
  if (!template) return
  for (const [first, second] of bothOrders(texts)) {
    const pair = { first: judgedText(first), second: judgedText(second) }
    if (opinions.answer(pair.first, pair.second)) continue
    asking.signal.throwIfAborted()
    const started = performance.now()
    const content = filledPrompt(template.template, {
      prompt: prompt.messages,
      a: first.text,
      b: second.text,
      guidelines: template.guidelines,
    })
    const answer = await model.ask([{ role: 'user', content }], asking.signal)
    await add(asking, {
      kind: 'answer',
      ...common(asking, prompt.id, answer),
      milliseconds: Math.round(performance.now() - started),
      promptVersion: template.version,
      ...pair,
      ...said(answer),
    })
  }
}

async function scoreMissing(
  comparisons: readonly Comparison[],
  model: Extract<JudgeModel, { kind: 'scores' }>,
  asking: Asking,
): Promise<void> {
  const missing = comparisons.flatMap(({ prompt, texts }) =>
    texts
      .filter((text) => asking.judge.opinions.score(judgedText(text)) === undefined)
      .map((text) => ({ prompt, text })),
  )
  if (missing.length === 0) return
  asking.signal.throwIfAborted()
  const started = performance.now()
  const { scores, tokens } = await model.score(
    missing.map(({ prompt, text: { text } }) => ({ messages: prompt.messages, text })),
    asking.signal,
  )
  const milliseconds = Math.round((performance.now() - started) / missing.length)
  for (const [place, { prompt, text }] of missing.entries()) {
    const score = scores[place]
    if (score === undefined) continue
    await add(asking, {
      kind: 'score',
      ...common(asking, prompt.id, { promptTokens: tokens[place] ?? null, tokens: 0 }),
      milliseconds,
      candidate: judgedText(text),
      score,
    })
  }
}

async function add({ curation, judge, onRecord }: Asking, record: JudgeRecord): Promise<void> {
  await curation.store.appendJudgement(record)
  judge.opinions.add(record)
  onRecord(record)
}

/** With log-probabilities the likelier answer is the verdict; without, what the text says. */
function said({
  text,
  isCutOff = false,
  reasoning,
  logprobs,
}: JudgedAnswer): Pick<
  Extract<JudgeRecord, { kind: 'answer' }>,
  'verdict' | 'probability' | 'text' | 'reasoning'
> {
  const words = { text, ...(reasoning === undefined ? {} : { reasoning }) }
  if (!logprobs) return { verdict: verdictIn(text, isCutOff), ...words }
  const probability = probabilityOfFirst(logprobs)
  const verdict = probability === 0.5 ? 'tie' : probability > 0.5 ? 'first' : 'second'
  return { verdict, probability, ...words }
}

function common(
  { curation, judge: { settings, version } }: Asking,
  promptId: string,
  { promptTokens, tokens }: Pick<JudgedAnswer, 'promptTokens' | 'tokens'>,
): Omit<Extract<JudgeRecord, { kind: 'score' }>, 'kind' | 'candidate' | 'score' | 'milliseconds'> {
  return {
    id: randomUUID(),
    judge: settings.name,
    promptId,
    version,
    model: settings.model ?? '',
    ...(settings.kind === 'server' ? { server: settings.server } : {}),
    promptTokens,
    tokens,
    at: curation.now().toISOString(),
  }
}
