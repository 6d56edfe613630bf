// Prefill of long prompts by a graph of their own, whose attention takes floats.
import type { CausalGraph } from './graph'
import { InPlacePrefill, type InPlacePrompt } from './inPlacePrefill'
import type { NextPrompt } from './kvCache'
import type { PromptBuffers } from './promptBuffers'

/** Loads the graph for long prompts, with the slots of the graph that decodes. */
export type LoadGraph = () => Promise<CausalGraph>

/**
 * In tokens. Loading the graph takes about as long as it saves for one prompt of this length
 * (bench/RESULTS.md). The choice depends on the prompt's length alone, so that its bits do not
 * depend on what was computed before.
 */
const LONGEST_SHORT = 512

/** Tokens computed at once: attention then has enough work for all threads. */
const LONG_CHUNK = 256

export const isLong = (tokens: readonly number[]): boolean => tokens.length > LONGEST_SHORT

export class LongPrefill {
  private loading: Promise<InPlacePrefill> | undefined
  private loaded: InPlacePrefill | undefined

  constructor(
    private readonly loadGraph: LoadGraph,
    private readonly memory: PromptBuffers,
  ) {}

  /** As {@link InPlacePrefill.compute}; loads the graph on first use. */
  async compute(
    tokens: readonly number[],
    signal: AbortSignal,
    next: NextPrompt,
  ): Promise<InPlacePrompt> {
    signal.throwIfAborted()
    this.loading ??= this.load()
    const prompts = await this.loading.catch((thrown: unknown) => {
      this.loading = undefined
      throw thrown
    })
    return prompts.compute(tokens, signal, next)
  }

  /** Frees the kept prefix. */
  clear(): void {
    this.loaded?.clear()
  }

  private async load(): Promise<InPlacePrefill> {
    this.loaded = new InPlacePrefill(await this.loadGraph(), LONG_CHUNK, this.memory)
    return this.loaded
  }
}
