// Trying two models of a curation: a conversation that goes on with the better answers, the votes,
// and which pairs are kept as labels. What is not kept is written nowhere.
import * as l10n from '@vscode/l10n'
import type { ModelChoice } from '../../core/formats/modelSettings'
import type { Message } from '../../shared/domain'
import { failureError } from '../../shared/errors'
import type { TryPairView, TryView, TryVote } from '../../shared/tryView'
import type { Curation } from '../curation'
import type { Engine } from '../engine'
import { keepPair, type Reopening, undoKept } from './keep'
import {
  type FinishedRun,
  firstChoices,
  isNotBuilt,
  offeredModels,
  type TriedModel,
  withModel,
} from './models'
import { TriedPair, type TriedSide } from './pair'
import { Tally } from './tally'

/** Seeds are below it: some servers take no larger ones. */
const SEEDS = 2 ** 31

export interface TryOptions {
  /** Called when {@link TrySession.view} would answer differently. */
  onChange: () => void
  /** A random number in [0, 1). */
  random?: () => number
  /** Milliseconds since any fixed time. */
  now?: () => number
}

export class TrySession {
  private models: TriedModel[] = []
  private chosen: (string | null)[] = [null, null]
  private temperature: number | null = null
  private turns: readonly Message[] = []
  private pair: TriedPair | null = null
  private kept: TryPairView['kept'] = 'no'
  private annotationId = ''
  private calls = 0
  private readonly tally = new Tally()

  constructor(
    private readonly engine: Engine,
    private readonly options: TryOptions,
  ) {}

  /**
   * Offers the models that the curation knows now, and asks to be shown. The two that are chosen
   * stay, unless a run or a model is named.
   */
  begin(curation: Curation, runs: readonly FinishedRun[], named?: string | ModelChoice): void {
    const isFirst = this.calls++ === 0
    for (const { choice } of offeredModels(curation, runs)) this.offer(choice)
    if (isFirst || named !== undefined)
      this.chosen = firstChoices(curation, runs, named).map((choice) =>
        choice ? this.offer(choice) : null,
      )
    this.options.onChange()
  }

  /** Offers one more model. @returns its id. */
  offer(choice: ModelChoice): string {
    const { models, id } = withModel(this.models, choice)
    this.models = models
    return id
  }

  /** The two change places where the other side has the model. */
  choose(side: number, id: string): void {
    const before = this.chosen[side] ?? null
    this.chosen = this.chosen.map((now, place) => (place === side ? id : now === id ? before : now))
    this.options.onChange()
  }

  model(id: string | null): TriedModel | undefined {
    return this.models.find((one) => one.id === id)
  }

  setTemperature(value: number): void {
    if (Number.isFinite(value) && value >= 0) this.temperature = value
    this.options.onChange()
  }

  /**
   * Asks both models; resolves when their answers are finished, stopped or failed.
   * @throws FailureError `bad-input` while a model is to be chosen.
   */
  async send(curation: Curation, text: string): Promise<void> {
    const { pair } = this
    if (text.trim() === '' || pair?.phase === 'answering' || pair?.phase === 'answered') return
    const preferred = pair?.preferred ?? null
    if (pair && preferred !== null)
      this.turns = [...pair.messages, { role: 'assistant', content: preferred }]
    await this.ask(curation, [...this.turns, { role: 'user', content: text }])
  }

  /** Asks both models for other answers to the same prompt. */
  async again(curation: Curation): Promise<void> {
    if (this.pair && this.pair.phase !== 'answering') await this.ask(curation, this.pair.messages)
  }

  stop(): void {
    this.pair?.stop()
  }

  vote(vote: TryVote): void {
    if (this.pair?.decide(vote)) this.tally.count(this.pair.models, vote)
    this.options.onChange()
  }

  /** Begins a new conversation. */
  restart(): void {
    this.stop()
    this.pair = null
    this.turns = []
    this.options.onChange()
  }

  /** Makes the pair a label; see {@link keepPair}. */
  async keep(reopening: Reopening): Promise<void> {
    const { pair } = this
    if (!pair?.finished || pair.vote === null || !['no', 'undone'].includes(this.kept)) return
    const { messages, finished: answers, vote, milliseconds } = pair
    this.setKept(pair, 'keeping')
    try {
      const id = await keepPair({ messages, answers, vote, milliseconds }, reopening)
      this.annotationId = id
      this.tally.countKept(pair.models, 1)
      this.setKept(pair, 'kept')
    } catch (thrown) {
      this.setKept(pair, 'no')
      throw thrown
    }
  }

  /** Takes the label of the pair back. */
  async undoKept(curation: Curation): Promise<void> {
    const { pair } = this
    if (!pair || this.kept !== 'kept') return
    await undoKept(curation, this.annotationId)
    this.tally.countKept(pair.models, -1)
    this.setKept(pair, 'undone')
  }

  /** null before it was begun. */
  view(curation: Curation): TryView | null {
    if (this.calls === 0) return null
    const chosen = this.chosenModels()
    return {
      models: this.models.map(({ id, label }) => ({ id, label })),
      chosen: this.chosen,
      notBuilt: chosen.filter((one) => isNotBuilt(curation, one)).map(({ id }) => id),
      temperature: this.temperatureFor(curation),
      turns: this.pair ? this.pair.messages.slice(0, -1) : this.turns,
      pair: this.pair?.view(this.kept) ?? null,
      tally: this.tally.view(chosen),
      calls: this.calls,
    }
  }

  private async ask(curation: Curation, messages: readonly Message[]): Promise<void> {
    const [one, other] = this.chosenModels()
    if (!one || !other)
      throw failureError('bad-input', l10n.t('Two models are compared, and one is missing.'), {
        remedy: l10n.t('Choose another model.'),
      })
    const { onChange, random = Math.random, now = () => performance.now() } = this.options
    const side = (model: TriedModel): TriedSide => ({ model, seed: Math.floor(random() * SEEDS) })
    const [left, right] = random() < 0.5 ? [one, other] : [other, one]
    const temperature = this.temperatureFor(curation)
    const sides = [side(left), side(right)] as const
    const pair = new TriedPair({ messages, sides, temperature }, onChange, now)
    this.pair = pair
    this.kept = 'no'
    onChange()
    await pair.run(curation, this.engine)
  }

  private chosenModels(): TriedModel[] {
    return this.chosen.flatMap((id) => this.model(id) ?? [])
  }

  private temperatureFor({ settings }: Curation): number {
    return this.temperature ?? settings.sampling.temperature
  }

  /** Not of a pair that another one has replaced meanwhile. */
  private setKept(pair: TriedPair, kept: TryPairView['kept']): void {
    if (this.pair === pair) this.kept = kept
    this.options.onChange()
  }
}
