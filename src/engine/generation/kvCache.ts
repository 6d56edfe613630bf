// The key/value cache of the rows that are being decoded, as the scheduler uses it, on any device.

/** A computed prompt. Any number of rows can continue it. */
export interface Prefilled {
  /** In tokens. */
  readonly length: number
  /** Logits after the last token. */
  readonly logits: Float32Array
}

/** The prompt that will probably be computed next, as far as it is known now. */
export type NextPrompt = () => readonly number[] | undefined

export const noneNext: NextPrompt = () => undefined

export interface CacheLimits {
  maxRows: number
  /** For keys and values; a single row may exceed it. */
  bytes: number
}

/** `L` is the type of the logits of a step. */
export interface KvCache<P extends Prefilled, L = Float32Array> {
  /** Number of rows being decoded, with indices 0 to `rows` − 1. */
  readonly rows: number
  /**
   * Computes a prompt, never in a batch with others, so that its bits do not depend on them. Checks
   * `signal` between chunks.
   * @param next the state after a prefix that the prompt shares with it is kept.
   */
  prefill(tokens: readonly number[], signal: AbortSignal, next?: NextPrompt): Promise<P>
  /** How many rows that grow to at most `limit` tokens can be added now. */
  room(limit: number): number
  /**
   * Adds `count` rows that continue `prompt` and grow to at most `limit` tokens each. `count` must
   * not exceed {@link room}.
   */
  admit(prompt: P, count: number, limit: number): Promise<void>
  /** Removes a row; the last row takes its index. */
  drop(row: number): void
  /**
   * Feeds one token to each row. Resolves to the logits after them, valid until the next call; an
   * array is row-major, `rows` × vocabulary.
   */
  step(tokens: Int32Array): Promise<L>
  /** Frees a prompt. Its rows go on. */
  release(prompt: P): void
  /** Drops all rows and frees their memory. */
  clear(): void
}

/**
 * Tokens of a prompt computed at once: bounds the memory for logits, and the time until a
 * cancellation takes effect.
 */
export const PREFILL_CHUNK = 128

/** Tokens per row are allocated in multiples of this number. */
export const TOKEN_STEP = 64

/**
 * Minimum number of rows in a step, with an idle one if necessary. Kernels for a single row add in
 * another order than kernels for several rows, and a candidate must not depend on whether it runs
 * alone.
 */
export const MIN_ROWS = 2
