// A simulation that a person sets up, runs and stops.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { EMBEDDED_EMBEDDER } from '../core/formats/modelSettings'
import { PRIOR_VARIANCE } from '../core/selection/learner'
import { RULE_IDS, type RuleId } from '../core/selection/rules'
import { adviceOf } from '../core/simulation/advice'
import type { SimulationSettings } from '../core/simulation/settings'
import type { Curation } from '../curation/curation'
import type { Engine } from '../curation/engine'
import { type Failure, failureError, isAbort, toFailure } from '../shared/errors'
import type {
  SimulationChoice,
  SimulationProgress,
  SimulationResult,
  SimulationView,
} from '../shared/simulationView'
import type { JudgedPrompt } from './judgedPool'
import { ownPools } from './ownPools'
import { simulate } from './simulate'

/** A few minutes at most on a file of hundreds of prompts. */
const FIRST_CHOICE: SimulationChoice = {
  rules: ['aepo', 'd-optimal', 'v-optimal', 'oracle-best-worst'],
  budgets: [50, 100, 200],
  n: 8,
  k: 2,
  splits: 12,
}
const MOST = { budgets: 6, labels: 5000, n: 128, k: 8, splits: 500 }
/** λ of AEPO where the curation selects by another rule. */
const LAMBDA = 0.5

export interface SimulationMeans {
  engine: Engine
  simulation: {
    /** Folder of cached vectors. */
    cache: string
    /** The bundled worker, `dist/simulation.js`. */
    script: string
  }
}

type ReadPool = (file: string) => Promise<JudgedPrompt[]>

export class SimulationSession {
  private calls = 0
  private file: string | null = null
  private choice = FIRST_CHOICE
  private progress: SimulationProgress | null = null
  private failure: Failure | null = null
  private result: SimulationResult | null = null
  private underWay: AbortController | null = null

  constructor(
    private readonly means: SimulationMeans,
    private readonly onChange: () => void,
  ) {}

  /** null before the view was asked for. */
  view(): SimulationView | null {
    if (this.calls === 0) return null
    const { calls, file, choice, progress, failure, result } = this
    const name = file === null ? null : path.basename(file)
    const rules = RULE_IDS.filter((rule) => rule !== 'random')
    return { calls, file: name, choice, rules, progress, failure, result }
  }

  /** Shows the view; the first time with the settings of the curation. */
  open({ settings }: Curation): void {
    if (this.calls++ === 0) {
      const { selection, sampling } = settings
      const n = Math.min(Math.max(sampling.n, selection.k), FIRST_CHOICE.n)
      this.choice = { ...FIRST_CHOICE, n, k: Math.min(selection.k, MOST.k) }
    }
    this.onChange()
  }

  /**
   * Another source ends the simulation of the one before, and takes its result from the view.
   * @param file judged responses; null for the curation's own.
   */
  use(file: string | null): void {
    if (file !== this.file) {
      this.stop()
      this.result = null
    }
    this.file = file
    this.failure = null
    this.onChange()
  }

  change(change: Partial<SimulationChoice>): void {
    this.choice = { ...this.choice, ...change }
    this.onChange()
  }

  stop(): void {
    this.underWay?.abort()
  }

  /**
   * Resolves at its end; a failure is kept in the view. One at a time: another call is ignored.
   * @param readPool reads a file of judged responses.
   */
  async run(curation: Curation, readPool: ReadPool): Promise<void> {
    if (this.underWay) return
    const controller = new AbortController()
    this.underWay = controller
    this.failure = null
    this.progress = { sentence: l10n.t('Reading'), done: 0, total: 0, secondsLeft: null }
    this.onChange()
    try {
      const result = await this.simulated(curation, readPool, controller.signal)
      if (!controller.signal.aborted) this.result = result
    } catch (thrown) {
      if (!isAbort(thrown) && !controller.signal.aborted) this.failure = toFailure(thrown)
    } finally {
      this.underWay = null
      this.progress = null
      this.onChange()
    }
  }

  private async simulated(
    curation: Curation,
    readPool: ReadPool,
    signal: AbortSignal,
  ): Promise<SimulationResult> {
    const { file, choice } = this
    const { selection } = curation.settings
    const settings = settingsOf(choice, selection.method === 'aepo' ? selection.lambda : LAMBDA)
    const pool = file === null ? ownPools(curation, choice.k) : await readPool(file)
    const report = await simulate(pool, this.means.engine, {
      ...this.means.simulation,
      settings,
      seeds: choice.splits,
      guard: selection.guard,
      embedder: EMBEDDED_EMBEDDER,
      signal,
      onActivity: ({ sentence, done, total, secondsLeft }) => {
        this.progress = { sentence, done, total, secondsLeft }
        this.onChange()
      },
    })
    const source = file === null ? l10n.t('This curation') : path.basename(file)
    return { report, advice: adviceOf(report), source }
  }
}

/** @throws FailureError `bad-input` for values that cannot be simulated. */
function settingsOf(choice: SimulationChoice, lambda: number): SimulationSettings {
  const { n, k, splits } = choice
  const budgets = [...new Set(choice.budgets)].toSorted((a, b) => a - b)
  const rules = RULE_IDS.filter((rule) => choice.rules.includes(rule))
  const faults = [
    isWithin(k, 2, MOST.k) ? '' : l10n.t`Shown candidates (k): 2 to ${MOST.k}.`,
    isWithin(n, k, MOST.n) ? '' : l10n.t`Candidates in a pool (N): k to ${MOST.n}.`,
    isWithin(splits, 2, MOST.splits) ? '' : l10n.t`Random splits: 2 to ${MOST.splits}.`,
    isWithin(budgets.length, 1, MOST.budgets) &&
    budgets.every((budget) => isWithin(budget, 1, MOST.labels))
      ? ''
      : l10n.t`Numbers of labels: at most ${MOST.budgets} integers from 1 to ${MOST.labels}.`,
    rules.length > 0 ? '' : l10n.t('Choose a rule.'),
  ].filter((fault) => fault !== '')
  if (faults.length > 0) throw failureError('bad-input', faults.join(' '))
  return {
    rules: (['random', ...rules] satisfies RuleId[]).map((rule) => ({ rule, lambda, n, k })),
    budgets,
    degenerate: 0,
    kinds: [],
    priorVariance: PRIOR_VARIANCE,
  }
}

const isWithin = (value: number, least: number, most: number): boolean =>
  Number.isInteger(value) && value >= least && value <= most
