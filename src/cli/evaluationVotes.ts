// Whose votes `aepo evaluate` takes: those of a file, a rule, or a judge.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { countedSentence, oneOrSeveral } from '../core/counted'
import { judgeOfAnnotator } from '../core/formats/judgeSettings'
import { annotateOpen } from '../curation/annotators/annotateOpen'
import type { Annotator } from '../curation/annotators/annotator'
import { ANNOTATOR_KINDS } from '../curation/annotators/kinds'
import type { Curation } from '../curation/curation'
import { importVotes } from '../evaluation/voteFile'
import { askJudge, judgedSentence, judgeWithModel } from './askJudge'
import { leavesOutBroken, offeringToLeaveOut } from './brokenRows'
import type { Context } from './command'
import { given } from './curation'
import type { Output } from './output'
import { UsageError } from './usageError'

export interface VoteOptions {
  /** A file, or `judge:NAME`. */
  votes?: string
  annotator?: string
  name?: string
  python?: string
  'leave-out-broken'?: boolean
}

/** Whether an annotator is a rule, not a file. */
const isRule = (annotator: string): boolean => ANNOTATOR_KINDS.rule.choices.includes(annotator)

/** The judge that votes; undefined where none does. */
export const votingJudge = ({ votes }: VoteOptions): string | undefined =>
  votes === undefined || existsSync(votes) ? undefined : judgeOfAnnotator(votes)

/**
 * Before anything is sampled.
 * @throws FailureError for a judge that the curation file does not declare, or one of the editor;
 *   UsageError for a name of its votes, and for broken rows of no file.
 */
export function mustBeVotes(
  curation: Curation,
  judge: string | undefined,
  options: VoteOptions,
  context: Context,
): void {
  const { name, python, annotator } = options
  leavesOutBroken(options, '--annotator', annotator !== undefined && !isRule(annotator))
  if (judge === undefined) return
  if (name !== undefined)
    throw new UsageError(l10n.t('--name does not go with a judge: its votes have its own name.'))
  judgeWithModel(curation, judge, python, context)
}

/** Whose annotations are written; `cli` where none are. */
export function voterOf(
  judge: string | undefined,
  { name, annotator, votes }: VoteOptions,
): string {
  if (name !== undefined) return name
  if (annotator !== undefined) return path.basename(annotator).replaceAll(/[^\p{L}\p{N}._-]/gu, '-')
  return votes === undefined || judge !== undefined ? 'cli' : 'votes'
}

/** @param data the pairs of an evaluation. */
export async function takeVotes(
  data: Curation,
  judge: string | undefined,
  { votes, annotator, python, 'leave-out-broken': leavesOut = false }: VoteOptions,
  context: Context,
): Promise<void> {
  const { environment, output } = context
  if (judge !== undefined) {
    const { result } = await askJudge(data, judge, given('python', python), context)
    output.message(judgedSentence(judge, result))
    return
  }
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
  const decide = await annotatorMeant(data, annotator, leavesOut, output)
  const { undecided } = await annotateOpen(data, decide, environment.signal)
  for (const sentence of countedSentence(
    undecided,
    l10n.t`1 pair stays open: ${annotator} has no opinion on it.`,
    l10n.t`${undecided} pairs stay open: ${annotator} has no opinion on them.`,
  ))
    output.message(sentence)
}

/** The rule of this name; for the name of a file the replay of its scores. */
async function annotatorMeant(
  data: Curation,
  name: string,
  leavesOut: boolean,
  output: Output,
): Promise<Annotator> {
  const { rule, replay } = ANNOTATOR_KINDS
  if (isRule(name)) return rule.open(data, name)
  if (existsSync(name)) {
    const onNotice = (text: string): void => output.message(text)
    const options = { leavesOutBroken: leavesOut }
    return offeringToLeaveOut(replay.open(data, path.resolve(name), onNotice, options))
  }
  if (judgeOfAnnotator(name) !== undefined)
    throw new UsageError(
      l10n.t`--annotator takes a rule or a file, not a judge: --votes ${name} takes the votes of the judge.`,
    )
  throw new UsageError(
    l10n.t`--annotator takes ${rule.choices.join(', ')} or a file of responses with scores, not “${name}”.`,
  )
}
