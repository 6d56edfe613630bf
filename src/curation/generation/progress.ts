// How far one run of the generation is, as its caller shows it.
import { ProgressEstimate } from '../../core/progress'
import type { Candidate } from '../../shared/domain'
import type { Activity } from '../../shared/curationViews'

export class GenerationProgress {
  /** Candidates to write in this run, as far as is known. */
  total = 0
  private written = 0
  private writtenCutOff = 0
  private readonly estimate = new ProgressEstimate()
  private readonly started = process.hrtime.bigint()
  /** Tokens per second by generation id. */
  private readonly rates = new Map<string, number>()

  constructor(private readonly onActivity: (activity: Activity) => void) {}

  /** Candidates written in this run. */
  get generated(): number {
    return this.written
  }

  /** How many of them were cut off at the token limit. */
  get cutOff(): number {
    return this.writtenCutOff
  }

  addCandidate({ finishReason }: Pick<Candidate, 'finishReason'>): void {
    this.written++
    if (finishReason === 'length') this.writtenCutOff++
  }

  setRate(generationId: string, tokensPerSecond: number): void {
    this.rates.set(generationId, tokensPerSecond)
  }

  /** A generator that has nothing left to sample has no rate. */
  removeRate(generationId: string): void {
    this.rates.delete(generationId)
  }

  report(sentence: string): void {
    const { generated: done, total } = this
    this.estimate.add(Number(process.hrtime.bigint() - this.started) / 1e9, done)
    const rates = [...this.rates.values()]
    this.onActivity({
      kind: 'generate',
      sentence,
      done,
      total,
      tokensPerSecond: rates.length === 0 ? null : rates.reduce((sum, rate) => sum + rate, 0),
      secondsLeft: this.estimate.secondsLeft(total),
    })
  }
}
