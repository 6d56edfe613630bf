// `aepo evaluate`: compares two models by blind votes on their responses to held-out prompts.
import * as l10n from '@vscode/l10n'
import { oneOrSeveral } from '../../core/counted'
import path from 'node:path'
import { builtModel, describeLoaded } from '../../curation/engine'
import { describeLeftOutPrompt } from '../../curation/generation/leftOut'
import { type Evaluation, openEvaluation } from '../../evaluation/evaluation'
import { evaluationView } from '../../evaluation/evaluationViews'
import { votesOf } from '../../evaluation/judgeVotes'
import { findOrMakeEvaluation } from '../../evaluation/makeEvaluation'
import { namedModel } from '../../evaluation/namedModel'
import { judgeSentences, resultSentences } from '../../evaluation/resultText'
import { sampleEvaluation } from '../../evaluation/sample'
import { writePairs } from '../../evaluation/voteFile'
import type { Curation } from '../../curation/curation'
import { isFolder } from '../../processes/givenPaths'
import { LEAVE_OUT_BROKEN_OPTION } from '../brokenRows'
import { mustBeName } from '../checks'
import { type CliCall, cliCommand, type Context, type Values } from '../command'
import { given, openNamedCuration } from '../curation'
import { mustBeVotes, takeVotes, voterOf, votingJudge } from '../evaluationVotes'
import { buildForRun, PYTHON_OPTION } from '../modelBuild'
import { UsageError } from '../usageError'

/** Responses of each model per prompt. */
const MOST_RESPONSES = 64

const OPTIONS = {
  a: {
    type: 'text',
    value: 'MODEL',
    does: l10n.t(
      'the first model: a finished run, whose model is built first if need be; base, the generator of the first round; builtin:NAME, a folder, a hub id, or NAME@ADDRESS of a server',
    ),
    required: true,
  },
  b: { type: 'text', value: 'MODEL', does: l10n.t('the second model'), required: true },
  prompts: {
    type: 'text',
    value: 'P',
    does: l10n.t(
      'a file of other prompts; by default the prompts of the curation that neither model was trained on',
    ),
  },
  limit: { type: 'number', value: 'N', does: l10n.t('at most N prompts') },
  n: {
    type: 'number',
    value: 'N',
    does: l10n.t('responses of each model per prompt, by default 1'),
  },
  new: {
    type: 'flag',
    value: '',
    does: l10n.t('make another evaluation where there is one of the same models and prompts'),
  },
  votes: {
    type: 'text',
    value: 'V.jsonl',
    does: l10n.t(
      'take the votes of this file: rows {"pair": "…", "vote": 1} as --pairs names them; or judge:NAME, those of a judge that the curation file declares, which stay apart from all others',
    ),
  },
  annotator: {
    type: 'text',
    value: 'RULE',
    does: l10n.t('let a rule vote: longest, or a file of responses with scores'),
  },
  ...LEAVE_OUT_BROKEN_OPTION,
  name: {
    type: 'text',
    value: 'NAME',
    does: l10n.t('whose votes these are; by default the rule, or votes'),
  },
  pairs: {
    type: 'text',
    value: 'OUT.jsonl',
    does: l10n.t('write the pairs, blind and in shuffled order, to vote on elsewhere'),
  },
  ...PYTHON_OPTION,
} as const

type Given = CliCall<Values<typeof OPTIONS>>

export const evaluate = cliCommand({
  does: l10n.t('compares two models by blind votes on their responses to held-out prompts'),
  usage: [
    'FILE --a MODEL --b MODEL [--prompts P] [--limit N] [--n N] [--new] [--python PATH]',
    'FILE --a MODEL --b MODEL --annotator longest|SCORES.jsonl [--leave-out-broken] [--name NAME]',
    'FILE --a MODEL --b MODEL --pairs OUT.jsonl',
    'FILE --a MODEL --b MODEL --votes V.jsonl [--name NAME]',
    'FILE --a MODEL --b MODEL --votes judge:NAME',
  ],
  options: OPTIONS,
  async run(call, context) {
    const { file, values } = call
    const { output } = context
    mustBeValid(values)
    const curation = await openNamedCuration(file, output)
    const judge = votingJudge(values)
    mustBeVotes(curation, judge, values, context)
    const id = await evaluationMeant(curation, call, context)
    const evaluation = await openEvaluation(curation, id, {
      annotator: voterOf(judge, values),
      onMessage: (text) => output.message(text),
      now: () => curation.now(),
    })
    const leftOut = await sample(evaluation, context)
    await takeVotes(evaluation.data, judge, values, context)
    const written =
      values.pairs === undefined
        ? null
        : await writePairs(evaluation.data, path.resolve(values.pairs))
    const view = evaluationView(evaluation)
    const { recent, voted, ...shown } = view
    const judges = judge === undefined ? [] : [votesOf(evaluation, judge)]
    output.result(
      { ...shown, judges, folder: evaluation.data.paths.folder, leftOutPrompts: leftOut },
      [
        l10n.t`Evaluation ${id}: ${view.a} (A) and ${view.b} (B). Prompts: ${view.prompts}, responses: ${view.sampled} of ${view.wanted}, pairs: ${view.pairs}.`,
        ...(written === null
          ? []
          : [
              oneOrSeveral(
                written,
                l10n.t`1 pair written to ${values.pairs ?? ''}, blind.`,
                l10n.t`${written} pairs written to ${values.pairs ?? ''}, blind.`,
              ),
            ]),
        ...(view.result.win ? resultSentences(view) : [noVotes(file, judge)]),
        ...judges.flatMap((one) => judgeSentences(view, one)),
      ].join('\n'),
    )
  },
})

const noVotes = (file: string, judge: string | undefined): string =>
  judge === undefined
    ? l10n.t`No votes yet. Open ${file} in VS Code and vote in its view “Evaluate”; or let a rule vote with --annotator; or write the pairs with --pairs and take votes with --votes.`
    : l10n.t('Nobody but the judge has voted yet.')

function mustBeValid({ n, limit, votes, annotator, name }: Given['values']): void {
  const isCount = (value: number | undefined, most: number): boolean =>
    value === undefined || (Number.isInteger(value) && value >= 1 && value <= most)
  if (!isCount(n, MOST_RESPONSES))
    throw new UsageError(l10n.t`--n takes an integer from 1 to ${MOST_RESPONSES}.`)
  if (!isCount(limit, Infinity))
    throw new UsageError(l10n.t('--limit takes an integer of at least 1.'))
  if (votes !== undefined && annotator !== undefined)
    throw new UsageError(l10n.t('evaluate takes either --votes or --annotator.'))
  mustBeName('name', name)
}

/** Builds the models of runs that are not built yet. */
async function evaluationMeant(
  curation: Curation,
  { values }: Given,
  context: Context,
): Promise<string> {
  const { a, b, n = 1, limit, prompts, python } = values
  const choiceOf = async (name: string): ReturnType<typeof namedModel> => {
    const named = await namedModel(curation, name, process.cwd())
    const { run } = named
    if (run && !isFolder(builtModel(run.folder))) await buildForRun(run, python, context)
    return named
  }
  const [first, second] = [await choiceOf(a), await choiceOf(b)]
  const { id, isNew } = await findOrMakeEvaluation(curation, {
    a: first.choice,
    b: second.choice,
    responses: n,
    isNew: values.new === true,
    ...given('limit', limit),
    ...(prompts === undefined ? {} : { prompts: { file: path.resolve(prompts), name: prompts } }),
  })
  if (!isNew) context.output.message(l10n.t`The evaluation ${id} goes on.`)
  return id
}

async function sample(
  evaluation: Evaluation,
  { environment, output }: Context,
): Promise<ReturnType<typeof describeLeftOutPrompt>[]> {
  const { data } = evaluation
  const isFull = data.prompts.every(({ id }) => data.round.missing(id).length === 0)
  if (isFull) return []
  const { leftOut } = await sampleEvaluation(evaluation, environment.engine(output, data), {
    signal: environment.signal,
    onActivity: output.progress,
    onNotice: (sentence) => output.message(sentence),
    onModel: (model) => output.message(describeLoaded(model)),
  })
  const sentences = leftOut.map((one) => describeLeftOutPrompt(one, data.paths.prompts))
  for (const sentence of sentences) output.message(sentence)
  return sentences
}
