// The keys and values of the rows that are being decoded: what the scheduler needs of them, on
// whatever device they are.

/** A prompt whose keys and values are computed, ready to be continued any number of times. */
export interface Prefilled {
  /** Tokens. */
  readonly length: number
  /** Logits after the last token. */
  readonly logits: Float32Array
}

export interface CacheLimits {
  maxRows: number
  /** For keys and values; one row may exceed it. */
  bytes: number
}

export interface KvCache<P extends Prefilled> {
  /** Rows being decoded: rows 0 to `rows` − 1. */
  readonly rows: number
  /**
   * Computes a prompt, always alone, so that its bits never depend on what else runs. Checks
   * `signal` between chunks.
   */
  prefill(tokens: readonly number[], signal: AbortSignal): Promise<P>
  /** How many rows that grow to at most `limit` tokens each could be added now. */
  room(limit: number): number
  /**
   * Adds `count` rows, no more than there is room for, that continue `prompt` and grow to at most
   * `limit` tokens each.
   */
  admit(prompt: P, count: number, limit: number): Promise<void>
  /** Takes out a row; the last row moves to its place. */
  drop(row: number): void
  /**
   * Feeds one token to each row and resolves to the logits after them, row-major `rows` ×
   * vocabulary, valid until the next call.
   */
  step(tokens: Int32Array): Promise<Float32Array>
  /** Frees a prompt that will not be continued any more. */
  release(prompt: P): void
  /** Drops all rows and frees their memory. */
  clear(): void
}

/**
 * Tokens of a prompt computed at once: bounds the memory of logits and the time between looks at a
 * signal.
 */
export const PREFILL_CHUNK = 128

/** Tokens per row are allocated in multiples of this. */
export const TOKEN_STEP = 64

/**
 * Rows computed at least, an idle one among them if need be: kernels for a single row add in
 * another order than those for several, and a candidate must not depend on whether it runs alone.
 */
export const MIN_ROWS = 2
