// `aepo simulate`: what each selection rule would have given on judged responses.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { describeBroken } from '../../core/rows/promptReportText'
import { PRIOR_VARIANCE } from '../../core/selection/learner'
import { RULE_IDS, type RuleId } from '../../core/selection/rules'
import { DEGENERATE_KINDS } from '../../core/simulation/degenerate'
import type { RuleSettings } from '../../core/simulation/settings'
import { EMBEDDED_EMBEDDER } from '../../core/formats/modelSettings'
import { type JudgedPrompt, readJudgedPool } from '../../simulation/judgedPool'
import { ownPools } from '../../simulation/ownPools'
import type { OnLeftOut } from '../../store/checkedRows'
import { partOf, simulate as simulatePool } from '../../simulation/simulate'
import { LEAVE_OUT_BROKEN_OPTION, leavesOutBroken, offeringToLeaveOut } from '../brokenRows'
import { numberOf } from '../checks'
import { cliCommand } from '../command'
import { UsageError } from '../usageError'
import { given, openNamedCuration } from '../curation'
import type { Output } from '../output'
import { simulationText } from '../simulationText'

const DEFAULT_RULES = RULE_IDS.join(',')
const DEFAULT_KINDS = DEGENERATE_KINDS.join(',')

export const simulate = cliCommand({
  does: l10n.t('tells what each selection rule would have given on judged responses'),
  usage: [
    '--curation FILE [--budget …]',
    '--pool C.jsonl[.gz] [--leave-out-broken] [--budget 50,100,200,400 --rules … --lambda 0,0.5,1 --n 8,32 --k 2,3 --seeds 20 --degenerate P]',
  ],
  operand: null,
  options: {
    pool: {
      type: 'text',
      value: 'C.jsonl[.gz]',
      does: l10n.t('prompts with responses, each with a score, votes or reviews'),
    },
    ...LEAVE_OUT_BROKEN_OPTION,
    curation: {
      type: 'text',
      value: 'FILE',
      does: l10n.t('in the place of --pool: the scores and labels of a curation'),
    },
    budget: {
      type: 'text',
      value: 'B…',
      does: l10n.t('numbers of labels (50,100,200,400)'),
    },
    rules: { type: 'text', value: 'R…', does: l10n.t`rules: ${DEFAULT_RULES}` },
    lambda: { type: 'text', value: 'L…', does: l10n.t('weights of diversity for aepo (0.5)') },
    n: { type: 'text', value: 'N…', does: l10n.t('candidates in a pool (8)') },
    k: { type: 'text', value: 'K…', does: l10n.t('candidates shown for a label (2)') },
    seeds: { type: 'number', value: 'S', does: l10n.t('random splits of the prompts (20)') },
    degenerate: {
      type: 'number',
      value: 'P',
      does: l10n.t('share of the candidates to replace by degenerate texts (0)'),
    },
    kinds: {
      type: 'text',
      value: 'K…',
      does: l10n.t`kinds of degenerate texts (${DEFAULT_KINDS})`,
    },
    'prior-variance': {
      type: 'number',
      value: 'T',
      does: l10n.t`variance of a weight of the reward model before the first label (${PRIOR_VARIANCE})`,
    },
    'no-guard': {
      type: 'flag',
      value: '',
      does: l10n.t('leave degenerate candidates in the pools'),
    },
    part: {
      type: 'text',
      value: 'I/M',
      does: l10n.t(
        'use only part I of M of the prompts: choose settings on one, confirm on another',
      ),
    },
    embedder: {
      type: 'text',
      value: 'E',
      does: l10n.t`the embedder: builtin:NAME, a folder or a hub id (${EMBEDDED_EMBEDDER})`,
    },
  },
  async run({ values }, { environment, output }) {
    const { seeds = 20, degenerate = 0, embedder = EMBEDDED_EMBEDDER } = values
    if (!(Number.isInteger(seeds) && seeds >= 2))
      throw new UsageError(l10n.t`--seeds takes an integer of at least 2, not “${seeds}”.`)
    if (!(degenerate >= 0 && degenerate < 1))
      throw new UsageError(
        l10n.t`--degenerate takes a share from 0 to below 1, not “${degenerate}”.`,
      )
    const priorVariance = values['prior-variance'] ?? PRIOR_VARIANCE
    if (!(priorVariance > 0))
      throw new UsageError(l10n.t`--prior-variance takes a number above 0, not “${priorVariance}”.`)
    const budgets = numbers('budget', values.budget ?? '50,100,200,400', 1).sort((a, b) => a - b)
    const rules = settingsOf(
      namesIn(
        values.rules ?? DEFAULT_RULES,
        RULE_IDS,
        (name) =>
          l10n.t`There is no selection rule “${name}”; the rules are: ${RULE_IDS.join(', ')}.`,
      ),
      numbers('lambda', values.lambda ?? '0.5', 0, false),
      numbers('n', values.n ?? '8', 2),
      numbers('k', values.k ?? '2', 2),
    )
    const kinds = namesIn(
      values.kinds ?? DEFAULT_KINDS,
      DEGENERATE_KINDS,
      (name) => l10n.t`There is no kind “${name}”; the kinds are: ${DEGENERATE_KINDS.join(', ')}.`,
    )
    const part = values.part === undefined ? undefined : partOf(values.part)
    if (part === null)
      throw new UsageError(l10n.t`--part takes I/M with 1 ≤ I ≤ M, not “${values.part ?? ''}”.`)
    const report = await simulatePool(
      await poolOf(values, Math.max(...rules.map(({ k }) => k)), output),
      environment.engine(output),
      {
        settings: {
          rules,
          budgets,
          degenerate,
          kinds,
          priorVariance,
        },
        ...given('part', part),
        seeds,
        guard: values['no-guard'] !== true,
        embedder,
        cache: path.join(environment.cache, 'simulation'),
        script: path.join(__dirname, 'simulation.js'),
        signal: environment.signal,
        onActivity: output.progress,
      },
    )
    output.result({ ...report }, simulationText(report))
  },
})

/** @param k the most candidates that are shown. */
async function poolOf(
  values: { pool?: string; curation?: string; 'leave-out-broken'?: boolean },
  k: number,
  output: Output,
): Promise<JudgedPrompt[]> {
  const { pool, curation } = values
  const leavesOut = leavesOutBroken(values, '--pool', pool !== undefined)
  const onLeftOut: OnLeftOut = (broken) => {
    for (const sentence of describeBroken(broken)) output.message(sentence)
  }
  if (pool !== undefined && curation === undefined)
    return offeringToLeaveOut(readJudgedPool(path.resolve(pool), leavesOut ? onLeftOut : undefined))
  if (curation !== undefined && pool === undefined)
    return ownPools(await openNamedCuration(curation, output), k)
  throw new UsageError(l10n.t('simulate takes either --pool or --curation.'))
}

/** Every rule with every n, k and, for AEPO, λ; random selection with every n and k. */
function settingsOf(
  rules: readonly RuleId[],
  lambdas: readonly number[],
  ns: readonly number[],
  ks: readonly number[],
): RuleSettings[] {
  const wanted = new Set<RuleId>(['random', ...rules])
  return ns.flatMap((n) =>
    ks.flatMap((k) =>
      [...wanted].flatMap((rule) =>
        (rule === 'aepo' ? lambdas : [0]).map((lambda) => ({ rule, lambda, n, k })),
      ),
    ),
  )
}

/** @param unknown what to say of a name that is none of `known`. */
function namesIn<T extends string>(
  text: string,
  known: readonly T[],
  unknown: (name: string) => string,
): T[] {
  return text.split(',').map((name) => {
    const found = known.find((one) => one === name.trim())
    if (found === undefined) throw new UsageError(unknown(name))
    return found
  })
}

function numbers(option: string, text: string, least: number, whole = true): number[] {
  return text.split(',').map((part) => {
    const number = numberOf(part)
    if (number === undefined || number < least || (whole && !Number.isInteger(number)))
      throw new UsageError(
        whole
          ? l10n.t`--${option} takes integers of at least ${least} with commas between them, not “${text}”.`
          : l10n.t`--${option} takes numbers of at least ${least} with commas between them, not “${text}”.`,
      )
    return number
  })
}
