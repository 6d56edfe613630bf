// Whose votes `aepo evaluate` takes: those of a file, a rule, or a judge.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { countedSentence, oneOrSeveral } from '../core/counted'
import { judgeOfAnnotator } from '../core/formats/judgeSettings'
import { annotateOpen } from '../curation/annotators/annotateOpen'
import { openJudge } from '../curation/annotators/judge'
import { judgeModel } from '../curation/annotators/judgeModels'
import { runJudge } from '../curation/annotators/judgeRun'
import { ANNOTATOR_KINDS } from '../curation/annotators/kinds'
import type { Curation } from '../curation/curation'
import { importVotes } from '../evaluation/voteFile'
import { type Context, UsageError } from './command'
import { judgedSentence } from './judgedSentence'
import { judgeMeans } from './judgeMeans'

export interface VoteOptions {
  /** A file, or `judge:NAME`. */
  votes?: string
  annotator?: string
  name?: string
  python?: string
}

/** The judge that votes; undefined where none does. */
export const votingJudge = ({ votes }: VoteOptions): string | undefined =>
  votes === undefined || existsSync(votes) ? undefined : judgeOfAnnotator(votes)

/**
 * Before anything is sampled.
 * @throws FailureError for a judge that the curation file does not declare, or one of the editor;
 *   UsageError for a name of its votes.
 */
export function mustBeVotes(curation: Curation, options: VoteOptions, context: Context): void {
  const judge = votingJudge(options)
  if (judge === undefined) return
  if (options.name !== undefined)
    throw new UsageError(l10n.t('--name does not go with a judge: its votes have its own name.'))
  judgeModel(
    curation,
    openJudge(curation, judge).settings,
    judgeMeans(curation, options.python, context),
  )
}

/** Whose annotations are written; `cli` where none are. */
export function voterOf({ name, annotator, votes, ...others }: VoteOptions): string {
  if (name !== undefined) return name
  if (annotator !== undefined) return path.basename(annotator).replaceAll(/[^\p{L}\p{N}._-]/gu, '-')
  return votes === undefined || votingJudge({ votes, ...others }) !== undefined ? 'cli' : 'votes'
}

/** @param data the pairs of an evaluation. */
export async function takeVotes(
  data: Curation,
  options: VoteOptions,
  context: Context,
): Promise<void> {
  const judge = votingJudge(options)
  if (judge !== undefined) return askJudge(data, judge, options, context)
  const { environment, output } = context
  const { votes, annotator } = options
  if (votes !== undefined) {
    const added = await importVotes(data, path.resolve(votes))
    output.message(
      oneOrSeveral(
        added,
        l10n.t`1 vote taken as that of ${data.annotator}.`,
        l10n.t`${added} votes taken as those of ${data.annotator}.`,
      ),
    )
  }
  if (annotator === undefined) return
  const [kind, argument] = annotatorMeant(annotator)
  const decide = await kind.open(data, argument, (sentence) => output.message(sentence))
  const { undecided } = await annotateOpen(data, decide, environment.signal)
  for (const sentence of countedSentence(
    undecided,
    l10n.t`1 pair stays open: ${annotator} has no opinion on it.`,
    l10n.t`${undecided} pairs stay open: ${annotator} has no opinion on them.`,
  ))
    output.message(sentence)
}

async function askJudge(
  data: Curation,
  name: string,
  { python }: VoteOptions,
  context: Context,
): Promise<void> {
  const { environment, output } = context
  const judge = openJudge(data, name)
  const model = judgeModel(data, judge.settings, judgeMeans(data, python, context))
  const result = await runJudge(data, judge, model, {
    signal: environment.signal,
    onActivity: output.progress,
    onNotice: (sentence) => output.message(sentence),
  })
  output.message(judgedSentence(name, result))
}

type RuleOrReplay = (typeof ANNOTATOR_KINDS)['rule' | 'replay']

/** The rule of this name; for the name of a file the replay of its scores. */
function annotatorMeant(name: string): [RuleOrReplay, string] {
  const { rule, replay } = ANNOTATOR_KINDS
  if (rule.choices.includes(name)) return [rule, name]
  if (existsSync(name)) return [replay, path.resolve(name)]
  const { choices } = rule
  throw new UsageError(
    l10n.t`--annotator takes ${choices.join(', ')} or a file of responses with scores, not “${name}”.`,
  )
}
