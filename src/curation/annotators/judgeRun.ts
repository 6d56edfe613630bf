// Runs a judge over the comparisons of a round, within its budget. What it said is in its journal,
// so a stopped run resumes where it stopped.
import * as l10n from '@vscode/l10n'
import { forEachConcurrently } from '../../async/concurrency'
import type { Activity } from '../../shared/curationViews'
import { FailureError } from '../../shared/errors'
import type { JudgeRecord } from '../../shared/judging'
import type { Curation } from '../curation'
import { type Comparison, comparisonOf } from '../labelling/comparison'
import { progressOf } from '../progressOf'
import { type Judge, judgedText, recordsOf } from './judge'
import { askAbout, isAsked } from './judgeAsking'
import type { JudgeModel } from './judgeModels'
import { writeDefaultPrompt } from './judgePrompt'

export interface JudgeRunOptions {
  signal: AbortSignal
  onActivity: (activity: Activity) => void
  /** Called with what stops nothing, such as a comparison that the model does not take. */
  onNotice: (sentence: string) => void
  /** Comparisons in all, earlier ones included; by default that of the curation file. */
  budget?: number
  /** Tokens in all, earlier ones included; by default that of the curation file. */
  tokens?: number
}

export interface JudgeRunResult {
  /** Comparisons that this run asked about. */
  asked: number
  /** Comparisons with an opinion, earlier ones included. */
  judged: number
  /** Comparisons that were asked about and have none: an answer named no verdict. */
  unreadable: number
  /** Comparisons that the model does not take. */
  refused: number
  /** Comparisons left: the budget of comparisons or of tokens was used up. */
  beyondBudget: number
  /** Tokens that the judge used, earlier ones included. */
  tokens: number
}

/** Refusals that concern one comparison and not the judge. */
const OF_ONE = ['context-overflow', 'prompt-refused']

/**
 * Asks about the comparisons that have no opinion yet. Those that people labelled come first, since
 * they tell what the judge is worth.
 */
export async function runJudge(
  curation: Curation,
  judge: Judge,
  model: JudgeModel,
  { signal, onActivity, onNotice, ...limits }: JudgeRunOptions,
): Promise<JudgeRunResult> {
  const { settings } = judge
  const budget = limits.budget ?? settings.budget
  const mostTokens = limits.tokens ?? settings.tokens ?? Infinity
  await writeDefaultPrompt(curation.paths, settings)
  const comparisons = labelledFirst(curation)
  const texts = ({ texts: compared }: Comparison): ReturnType<typeof judgedText>[] =>
    compared.map(judgedText)
  const open = comparisons.filter((comparison) => !isAsked(judge, texts(comparison)))
  const affordable = open.slice(0, Math.max(0, budget - (comparisons.length - open.length)))
  let tokens = tokensIn(recordsOf(curation, settings.name, judge.version))
  let [done, asked, refused] = [0, 0, 0]
  const report = progressOf(l10n.t`Judge ${settings.name}`, (progress) =>
    onActivity({ kind: 'judge', ...progress }),
  )
  const ask = async (batch: readonly Comparison[], either: AbortSignal): Promise<void> => {
    if (tokens >= mostTokens) return
    try {
      const onRecord = (record: JudgeRecord): void => void (tokens += costOf(record))
      await askAbout(batch, { curation, judge, model, signal: either, onRecord })
      asked += batch.length
    } catch (thrown) {
      if (!(thrown instanceof FailureError) || !OF_ONE.includes(thrown.failure.code)) throw thrown
      if (refused === 0) onNotice(thrown.failure.message)
      refused += batch.length
    }
    report((done += batch.length), affordable.length)
  }
  report(0, affordable.length)
  const width = model.kind === 'pairs' ? model.concurrency : 1
  const batches = inBatches(affordable, model.kind === 'pairs' ? 1 : model.batch)
  await forEachConcurrently(batches, signal, ask, { width: () => width })
  const judged = comparisons.filter((one) => judge.opinions.preference(texts(one)) !== null).length
  const after = comparisons.filter((one) => isAsked(judge, texts(one))).length
  return {
    asked,
    judged,
    unreadable: after - judged,
    refused,
    beyondBudget: comparisons.length - after - refused,
    tokens,
  }
}

const inBatches = <T>(items: readonly T[], size: number): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, place) =>
    items.slice(place * size, (place + 1) * size),
  )

/** In prompt order, those that a person or another annotator labelled before the others. */
function labelledFirst(curation: Curation): Comparison[] {
  const { annotations } = curation.store
  const selections = curation.round.selections()
  const isLabelled = ({ id }: { id: string }): boolean => annotations.isAnnotated(id)
  return [
    ...selections.filter(isLabelled),
    ...selections.filter((selection) => !isLabelled(selection)),
  ].flatMap((selection) => comparisonOf(curation, selection) ?? [])
}

const costOf = ({ promptTokens, tokens }: JudgeRecord): number =>
  (promptTokens ?? 0) + (tokens ?? 0)

/** All that a judge used for these records. */
export const tokensIn = (records: readonly JudgeRecord[]): number =>
  records.reduce((sum, record) => sum + costOf(record), 0)
