// Divides the candidates of a job among several decoders. Rows do not depend on each other, so the
// result does not depend on the division.
// Invariant I9.
import { forEachConcurrently } from '../../async/concurrency'
import { inChunks } from '../chunks'
import type { SampleJob, SampleQueue } from './sampleJob'

/** A decoder that starts when it is first needed. */
export interface LazyDecoder extends SampleQueue {
  /** Resolves when the decoder can take jobs; does nothing if it can already. */
  start(): Promise<void>
}

interface Member {
  decoder: LazyDecoder
  /** Candidates that were given to it and are not finished. */
  unfinished: number
  /** Tokens per second, as last reported. */
  rate: number
}

/**
 * Candidates of a job in a chunk, but for the last one: a step for fewer rows costs almost as much.
 * While other jobs keep the decoders busy, a small job stays with one, which computes its prompt
 * once.
 */
const LEAST_CANDIDATES = { alone: 4, besideOthers: 8 } as const
/**
 * Each decoder computes the prompt of its candidates. The prompt has at most this many tokens for
 * each new token of these candidates, at their limit.
 */
const PROMPT_PER_NEW_TOKEN = 1 / 4

export class ParallelQueue implements SampleQueue {
  private readonly first: Member
  private members: Member[]

  constructor([first, ...others]: readonly [LazyDecoder, ...LazyDecoder[]]) {
    this.first = member(first)
    this.members = [this.first, ...others.map(member)]
  }

  /**
   * As {@link Scheduler.submit}. If one decoder fails, the others stop the job, and it rejects when
   * all have. If a decoder other than the first one does not start, the remaining ones do its work
   * from then on.
   */
  async submit(job: SampleJob): Promise<void> {
    job.signal.throwIfAborted()
    const { onPrompt, ...rest } = job
    const shares = this.divide(job)
    const [first] = shares.keys()
    const tokens = new Map<Member, number>()
    const total = (): number => [...tokens.values()].reduce((sum, count) => sum + count, 0)
    await forEachConcurrently(shares, job.signal, ([given, candidates], signal) =>
      this.sample(given, {
        ...rest,
        ...(onPrompt && given === first ? { onPrompt } : {}),
        candidates,
        signal,
        onRate: (count) => {
          tokens.set(given, count)
          job.onRate(total(), this.rate)
        },
      }),
    )
  }

  private get rate(): number {
    return this.members.reduce((sum, { rate }) => sum + rate, 0)
  }

  /** Gives the candidates in chunks to the decoder with the fewest unfinished candidates. */
  private divide(job: SampleJob): Map<Member, SampleJob['candidates']> {
    const { prompt, maxNewTokens, candidates } = job
    const forPrompt = Math.ceil(prompt.length / PROMPT_PER_NEW_TOKEN / maxNewTokens)
    const alone = this.members.every(({ unfinished }) => unfinished === 0)
    const least = LEAST_CANDIDATES[alone ? 'alone' : 'besideOthers']
    const shares = new Map<Member, SampleJob['candidates']>()
    for (const chunk of inChunks(candidates, Math.max(least, forPrompt))) {
      const freest = this.members.reduce((a, b) => (b.unfinished < a.unfinished ? b : a))
      freest.unfinished += chunk.length
      shares.set(freest, [...(shares.get(freest) ?? []), ...chunk])
    }
    return shares
  }

  /** @param job its candidates are counted in the member's unfinished ones. */
  private async sample(given: Member, job: SampleJob): Promise<void> {
    let taker = given
    let left = job.candidates.length
    try {
      await given.decoder.start()
    } catch (thrown) {
      if (given === this.first) {
        given.unfinished -= left
        throw thrown
      }
      this.members = this.members.filter((other) => other !== given)
      taker = this.first
      taker.unfinished += left
    }
    try {
      await taker.decoder.submit({
        ...job,
        onCandidate: (candidate) => {
          left--
          taker.unfinished--
          job.onCandidate(candidate)
        },
        onRate: (tokens, tokensPerSecond) => {
          taker.rate = tokensPerSecond
          job.onRate(tokens, tokensPerSecond)
        },
      })
    } finally {
      taker.unfinished -= left
      if (taker.unfinished === 0) taker.rate = 0
    }
  }
}

const member = (decoder: LazyDecoder): Member => ({ decoder, unfinished: 0, rate: 0 })
