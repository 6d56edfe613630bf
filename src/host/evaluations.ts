// The evaluations of a curation that is open in the window.
import type { Curation, OpenOptions } from '../curation/curation'
import type { Engine } from '../curation/engine'
import type { GenerateOptions } from '../curation/generation/generate'
import { describeLeftOutPrompt } from '../curation/generation/leftOut'
import { type Evaluation, openEvaluation } from '../evaluation/evaluation'
import { evaluationView } from '../evaluation/evaluationViews'
import { sampleEvaluation } from '../evaluation/sample'
import { describeFailure, toFailure } from '../shared/errors'
import type { EvaluationView } from '../shared/evaluation'
import { evaluationIds } from '../store/evaluationFolder'

interface SampleOptions extends Pick<GenerateOptions, 'signal' | 'onActivity'> {
  log: { warn: (message: string) => void }
}

interface Opened {
  evaluation: Evaluation
  /** null: to be computed. */
  view: EvaluationView | null
}

export class OpenEvaluations {
  private readonly opened = new Map<string, Opened>()
  private curation: Curation | null = null

  constructor(
    private readonly options: () => OpenOptions,
    /** Called when {@link views} would answer differently, or another pair may have to be shown. */
    private readonly onChange: () => void,
  ) {}

  /** Another curation, or the same read again: evaluations are opened anew. */
  async attach(curation: Curation): Promise<void> {
    this.curation = curation
    this.opened.clear()
    await this.refresh()
  }

  /** Reads what other processes wrote. One that cannot be read is reported and passed over. */
  async refresh(): Promise<void> {
    const { curation } = this
    if (!curation) return
    const ids = await evaluationIds(curation.paths)
    for (const id of this.opened.keys()) if (!ids.includes(id)) this.opened.delete(id)
    for (const id of ids) {
      try {
        const known = this.opened.get(id)
        if (known) await known.evaluation.data.store.refresh()
        else await this.openAnew(curation, id)
      } catch (thrown) {
        this.options().onMessage(describeFailure(toFailure(thrown)))
      }
    }
  }

  /** @throws FailureError `not-found` or `bad-input` of its files. */
  async open(id: string): Promise<Evaluation> {
    const known = this.opened.get(id)
    if (known) return known.evaluation
    const { curation } = this
    if (!curation) throw new Error('no curation is attached')
    return this.openAnew(curation, id)
  }

  /** Samples what an evaluation lacks; resolves when its pairs can be voted on. */
  async sample(
    id: string,
    engine: Engine,
    { log, onActivity, ...options }: SampleOptions,
  ): Promise<void> {
    const evaluation = await this.open(id)
    const { leftOut } = await sampleEvaluation(evaluation, engine, {
      ...options,
      onActivity: (activity) => onActivity({ ...activity, kind: 'evaluate' }),
      onNotice: (sentence) => log.warn(sentence),
    })
    const { prompts } = evaluation.data.paths
    for (const one of leftOut) log.warn(describeLeftOutPrompt(one, prompts))
  }

  /** The oldest first. */
  views(): EvaluationView[] {
    return [...this.opened.values()]
      .map((each) => (each.view ??= evaluationView(each.evaluation)))
      .sort((one, other) => (one.id < other.id ? -1 : 1))
  }

  private async openAnew(curation: Curation, id: string): Promise<Evaluation> {
    const evaluation = await openEvaluation(curation, id, this.options())
    const opened: Opened = { evaluation, view: null }
    this.opened.set(id, opened)
    evaluation.data.onChange(() => {
      opened.view = null
      this.onChange()
    })
    this.onChange()
    return evaluation
  }
}
