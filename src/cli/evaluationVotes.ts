// Whose votes `aepo evaluate` takes: those of a file, a rule, or a judge.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { countedSentence, oneOrSeveral } from '../core/counted'
import { judgeOfAnnotator } from '../core/formats/judgeSettings'
import { annotateOpen } from '../curation/annotators/annotateOpen'
import { ANNOTATOR_KINDS } from '../curation/annotators/kinds'
import type { Curation } from '../curation/curation'
import { importVotes } from '../evaluation/voteFile'
import { askJudge, judgedSentence, judgeWithModel } from './askJudge'
import type { Context } from './command'
import { given } from './curation'
import { UsageError } from './usageError'

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
export function mustBeVotes(
  curation: Curation,
  judge: string | undefined,
  { name, python }: VoteOptions,
  context: Context,
): void {
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
  { votes, annotator, python }: VoteOptions,
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

type RuleOrReplay = (typeof ANNOTATOR_KINDS)['rule' | 'replay']

/** The rule of this name; for the name of a file the replay of its scores. */
function annotatorMeant(name: string): [RuleOrReplay, string] {
  const { rule, replay } = ANNOTATOR_KINDS
  if (rule.choices.includes(name)) return [rule, name]
  if (existsSync(name)) return [replay, path.resolve(name)]
  const { choices } = rule
  if (judgeOfAnnotator(name) !== undefined)
    throw new UsageError(
      l10n.t`--annotator takes a rule or a file, not a judge: --votes ${name} takes the votes of the judge.`,
    )
  throw new UsageError(
    l10n.t`--annotator takes ${choices.join(', ')} or a file of responses with scores, not “${name}”.`,
  )
}
