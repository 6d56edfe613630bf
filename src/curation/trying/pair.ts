// One prompt and the answers of two models: streamed side by side in shuffled order, and voted on
// blind.
import { oneAbove } from '../../core/annotation/tiers'
import type { Message, Preference } from '../../shared/domain'
import { type Failure, isAbort, toFailure } from '../../shared/errors'
import type { TryAnswerView, TryPairView, TryPhase, TryVote } from '../../shared/tryView'
import type { Curation } from '../curation'
import type { Engine } from '../engine'
import { answer, type TriedAnswer } from './answer'
import type { TriedModel } from './models'
import { Pace, type AnswerPlace } from './pace'

export interface PairQuestion {
  /** Both models answer them; the last one is the user's. */
  messages: readonly Message[]
  /** In the order of the screen. */
  sides: readonly [TriedSide, TriedSide]
  temperature: number
}

export interface TriedSide {
  model: TriedModel
  seed: number
}

export class TriedPair {
  private current: TryPhase = 'answering'
  private sentence: string | null = null
  private failure: Failure | null = null
  private voted: TryVote | null = null
  private readonly answers: [TriedAnswer?, TriedAnswer?] = []
  private readonly pace = new Pace()
  private readonly stopping = new AbortController()
  private answeredAt = 0
  private decidedIn = 0

  /**
   * @param onChange called when {@link view} would answer differently.
   * @param now milliseconds since any fixed time.
   */
  constructor(
    private readonly question: PairQuestion,
    private readonly onChange: () => void,
    private readonly now: () => number,
  ) {}

  get phase(): TryPhase {
    return this.current
  }

  get messages(): readonly Message[] {
    return this.question.messages
  }

  /** In the order of the screen. */
  get models(): readonly TriedModel[] {
    return this.question.sides.map(({ model }) => model)
  }

  get vote(): TryVote | null {
    return this.voted
  }

  /** From the end of the answers to the vote. */
  get milliseconds(): number {
    return this.decidedIn
  }

  /** Both, in the order of the screen; null before they are finished. */
  get finished(): readonly [TriedAnswer, TriedAnswer] | null {
    const [first, second] = this.answers
    return first && second ? [first, second] : null
  }

  /** The text that the conversation goes on with: the better one, of a tie the first. */
  get preferred(): string | null {
    if (this.voted === null || this.voted === 'allBad') return null
    const place = this.voted === 'tie' ? 0 : this.voted.best
    return this.answers[place]?.candidate.text ?? null
  }

  /** Resolves when both answers are finished, stopped or failed. */
  async run(curation: Curation, engine: Engine): Promise<void> {
    const ask = (place: AnswerPlace): Promise<void> =>
      this.answer(place, curation, engine).catch((thrown: unknown) => {
        this.endOther(thrown)
        throw thrown
      })
    try {
      const [one, other] = await Promise.allSettled([ask(0), ask(1)])
      if (one.status === 'rejected') await this.again(one.reason, other, () => ask(0))
      if (other.status === 'rejected') await this.again(other.reason, one, () => ask(1))
      this.answeredAt = this.now()
      this.become('answered')
    } catch (thrown) {
      if (!isAbort(thrown)) this.failure ??= toFailure(thrown)
      this.become(this.failure ? 'failed' : 'stopped')
    }
  }

  stop(): void {
    this.stopping.abort()
  }

  /** @returns whether the vote counts: not before both answers are finished, and once. */
  decide(vote: TryVote): boolean {
    if (this.current !== 'answered') return false
    this.voted = vote
    this.decidedIn = Math.round(this.now() - this.answeredAt)
    this.become('voted')
    return true
  }

  view(kept: TryPairView['kept']): TryPairView {
    const { current, failure, voted, sentence } = this
    return {
      prompt: this.messages.at(-1)?.content ?? '',
      phase: current,
      sentence: (this.pace.shown(0) ?? this.pace.shown(1)) ? null : sentence,
      answers: [this.answerView(0), this.answerView(1)],
      vote: voted,
      kept,
      failure,
    }
  }

  /** Without one answer the other is of no use, unless memory holds each model alone. */
  private endOther(thrown: unknown): void {
    if (isAbort(thrown) || toFailure(thrown).code === 'out-of-memory') return
    this.failure ??= toFailure(thrown)
    this.stopping.abort()
  }

  /** Memory may hold each model alone: one that did not fit is asked again after the other. */
  private async again(
    reason: unknown,
    { status }: PromiseSettledResult<void>,
    ask: () => Promise<void>,
  ): Promise<void> {
    const isTooLarge = toFailure(reason).code === 'out-of-memory'
    if (!isTooLarge || status === 'rejected') throw reason
    await ask()
  }

  private async answer(place: AnswerPlace, curation: Curation, engine: Engine): Promise<void> {
    const { messages, sides, temperature } = this.question
    const { model, seed } = sides[place]
    const question = { messages, model: model.choice, temperature, seed }
    const answered = await answer(curation, engine, question, {
      signal: this.stopping.signal,
      onReport: (sentence) => {
        this.sentence = sentence
        this.onChange()
      },
      onText: (grown) => {
        this.pace.add(place, grown)
        this.onChange()
      },
    })
    this.answers[place] = answered
    const { text, tokenCount } = answered.candidate
    this.pace.add(place, { text, tokens: tokenCount ?? Infinity })
    this.pace.end(place)
    this.onChange()
  }

  private answerView(place: AnswerPlace): TryAnswerView {
    const isKnown = this.current === 'voted'
    const isWhole = isKnown || this.current === 'answered'
    const candidate = this.answers[place]?.candidate
    const shown = isWhole ? candidate : this.pace.shown(place)
    return {
      text: shown?.text ?? '',
      isReasoning: !isWhole && shown?.text === '' && shown.reasoning !== undefined,
      finishReason: isWhole ? (candidate?.finishReason ?? null) : null,
      tokenCount: isKnown ? (candidate?.tokenCount ?? null) : null,
      name: isKnown ? this.question.sides[place].model.label : null,
    }
  }

  private become(phase: TryPhase): void {
    this.current = phase
    this.onChange()
  }
}

/** What a vote says of two candidates, in the order of the screen. */
export function preferenceOf(vote: TryVote, ids: readonly string[]): Preference {
  if (vote === 'tie' || vote === 'allBad') return { kind: vote }
  return oneAbove(ids, vote.best)
}
