// A scheduler's cache and jobs without a model.
import { expect } from 'vitest'
import { DrawingThreads } from '../../../src/engine/drawing/threads'
import type { KvCache, NextPrompt, Prefilled } from '../../../src/engine/generation/kvCache'
import type { FinishedCandidate, SampleJob } from '../../../src/engine/generation/sampleJob'
import { never } from './models'

/** The end token. */
const END = 9
const VOCABULARY = 10

export const drawing = new DrawingThreads(VOCABULARY, 1)

interface Prompt extends Prefilled {
  name: number
}

/**
 * A cache of a model that computes nothing: its next token is (first prompt token + number of
 * tokens so far), and END after `first prompt token` tokens. Records the calls.
 */
export class CountingCache implements KvCache<Prompt> {
  private live: { name: number; length: number }[] = []
  readonly sizes: number[] = []
  readonly prefills: number[] = []
  /** The next prompt that each prefill was given. */
  readonly next: (number | undefined)[] = []
  readonly released: number[] = []
  cleared = 0
  failAtStep = Infinity
  onStep: () => void = () => undefined
  fault = 'the graph failed'
  /** Rows of this prompt with this number of tokens have NaN logits. */
  broken = { name: NaN, length: NaN }

  constructor(private readonly most: number) {}

  get rows(): number {
    return this.live.length
  }

  async prefill(
    [name = 0]: readonly number[],
    signal: AbortSignal,
    next?: NextPrompt,
  ): Promise<Prompt> {
    await new Promise(setImmediate)
    this.next.push(next?.()?.[0])
    signal.throwIfAborted()
    this.prefills.push(name)
    return { name, length: 1, logits: this.logitsFor({ name, length: 0 }) }
  }

  room(): number {
    return this.most - this.live.length
  }

  admit({ name }: Prompt, count: number): Promise<void> {
    for (let i = 0; i < count; i++) this.live.push({ name, length: 1 })
    if (this.live.length > this.most) throw new Error('too many rows')
    return Promise.resolve()
  }

  drop(row: number): void {
    const last = this.live.pop()
    if (last && row < this.live.length) this.live[row] = last
  }

  async step(tokens: Int32Array): Promise<Float32Array> {
    await new Promise(setImmediate)
    this.onStep()
    if (this.sizes.push(this.live.length) > this.failAtStep) throw new Error(this.fault)
    const logits = new Float32Array(this.live.length * VOCABULARY)
    this.live.forEach((row, i) => {
      expect(tokens[i]).toBe((row.name + row.length - 1) % END)
      logits.set(this.logitsFor(row), i * VOCABULARY)
      row.length++
    })
    return logits
  }

  release({ name }: Prompt): void {
    this.released.push(name)
  }

  clear(): void {
    this.live = []
    this.cleared++
  }

  private logitsFor({ name, length }: { name: number; length: number }): Float32Array {
    if (name === this.broken.name && length === this.broken.length)
      return new Float32Array(VOCABULARY).fill(NaN)
    return new Float32Array(VOCABULARY)
      .fill(-Infinity)
      .fill(
        0,
        length === name ? END : (name + length) % END,
        length === name ? END + 1 : ((name + length) % END) + 1,
      )
  }
}

export interface Finished extends FinishedCandidate {
  name: number
}

/** A job for `candidates` candidates of the prompt with the token `name`. */
export function job(
  name: number,
  candidates: number,
  finished: Finished[],
  options: Partial<SampleJob> = {},
): SampleJob {
  return {
    prompt: [name],
    candidates: Array.from({ length: candidates }, (_, index) => ({ index, seed: index })),
    sampling: { temperature: 1, topP: 1, topK: 0, minP: 0, repetitionPenalty: 1 },
    maxNewTokens: 50,
    endTokens: new Set([END]),
    signal: never,
    where: 'the model',
    onCandidate: (candidate) => finished.push({ ...candidate, name }),
    onRate: () => undefined,
    ...options,
  }
}
