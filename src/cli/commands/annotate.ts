// `aepo annotate`: annotates the selections by known scores or by a rule.
import * as l10n from '@vscode/l10n'
import { countedSentence, oneOrSeveral } from '../../core/counted'
import path from 'node:path'
import { annotateOpen } from '../../curation/annotators/annotateOpen'
import { ANNOTATOR_KINDS } from '../../curation/annotators/kinds'
import { awaitingSentence } from '../../curation/selection/awaiting'
import { countsOf } from '../../curation/counts'
import { LEAVE_OUT_BROKEN_OPTION, leavesOutBroken, offeringToLeaveOut } from '../brokenRows'
import { mustBeName } from '../checks'
import { cliCommand } from '../command'
import { inRound, openNamedCuration, ROUND_OPTION } from '../curation'
import { UsageError } from '../usageError'

export const annotate = cliCommand({
  does: l10n.t('annotates the selections by known scores or by a rule'),
  usage: [
    'FILE --replay C.jsonl[.gz] --annotator NAME [--leave-out-broken] [--round R]',
    'FILE --rule longest --annotator NAME [--round R]',
  ],
  options: {
    ...ROUND_OPTION,
    replay: {
      type: 'text',
      value: 'C.jsonl[.gz]',
      does: l10n.t('prefer the response with the highest score in this file'),
    },
    ...LEAVE_OUT_BROKEN_OPTION,
    rule: {
      type: 'text',
      value: 'longest',
      does: l10n.t('prefer the response that a rule chooses: longest'),
    },
    annotator: {
      type: 'text',
      value: 'NAME',
      does: l10n.t('the annotator whose journal is written'),
      required: true,
    },
  },
  async run({ file, values }, { environment, output }) {
    const { annotator, replay, round, rule } = values
    mustBeName('annotator', annotator)
    if ((replay === undefined) === (rule === undefined))
      throw new UsageError(l10n.t('annotate takes either --replay or --rule.'))
    const leavesOut = leavesOutBroken(values, '--replay', replay !== undefined)
    const { choices } = ANNOTATOR_KINDS.rule
    if (rule !== undefined && !choices.includes(rule))
      throw new UsageError(
        l10n.t`There is no rule “${rule}”; the rules are: ${choices.join(', ')}.`,
      )
    const curation = inRound(await openNamedCuration(file, output, annotator), round)
    const decide =
      replay === undefined
        ? await ANNOTATOR_KINDS.rule.open(curation, rule ?? '')
        : await offeringToLeaveOut(
            ANNOTATOR_KINDS.replay.open(
              curation,
              path.resolve(replay),
              (text) => output.message(text),
              { leavesOutBroken: leavesOut },
            ),
          )
    const { annotated, undecided, beyondBudget } = await annotateOpen(
      curation,
      decide,
      environment.signal,
      curation.round.isJustInTime ? environment.engine(output, curation) : undefined,
    )
    const { budget } = curation.settings.annotation
    const sentences = [
      oneOrSeveral(
        annotated,
        l10n.t`1 selection labelled as ${annotator}.`,
        l10n.t`${annotated} selections labelled as ${annotator}.`,
      ),
      ...awaitingSentence(curation.round),
      ...countedSentence(
        undecided,
        l10n.t('1 has no score and stays open.'),
        l10n.t`${undecided} have no score and stay open.`,
      ),
      ...countedSentence(
        beyondBudget,
        l10n.t`1 more stays open: the budget of ${budget} annotations is used up. Raise annotation.budget in ${curation.paths.file} to go on.`,
        l10n.t`${beyondBudget} more stay open: the budget of ${budget} annotations is used up. Raise annotation.budget in ${curation.paths.file} to go on.`,
      ),
    ]
    output.result({ unscored: undecided, beyondBudget, ...countsOf(curation) }, sentences.join(' '))
  },
})
