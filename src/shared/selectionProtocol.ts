// What the engine is asked to select from, and what a rule that learns from labels knows.
import type { Selection, SelectionSettings } from './domain'

/** A candidate as the selection sees it. */
export interface PooledText {
  id: string
  text: string
  /** Whether sampling ended at the longest answer allowed (`finishReason` length). */
  isCutOff: boolean
  /** Whether the model wrote reasoning: without a text it is unfinished. */
  hasReasoning?: boolean
  /** Whether an earlier selection of the pool showed it: it is not selected again. */
  isSeen: boolean
}

export interface SelectParams {
  pool: PooledText[]
  /** Row-major float32, `pool.length` × `dim`, unit rows. */
  vectors: Float32Array
  dim: number
  settings: SelectionSettings
  /** Texts of the pool, trimmed, that were seen under at least three prompts: the guard's rule. */
  repeatedTexts: string[]
  /** Only for method `random`. */
  seed: number
  /** For methods that learn from labels; without it AEPO selects, with λ. */
  learned?: LearnedParams
}

/** The features of a response, in which rewards are linear. */
export interface FeatureSpace {
  /** Principal components of vectors, best first. */
  components: readonly Float64Array[]
  /** Scale of each feature: of components, of their products with the prompt's, of style. */
  factors: Float64Array
}

/** A prompt with its responses. */
export interface EmbeddedResponses {
  texts: readonly string[]
  /** Row-major, one row of `dim` numbers per text. */
  vectors: Float32Array
  promptVector: Float32Array
}

/** Prompts with responses, by which {@link FeatureSpace} is defined. */
export interface FeatureParams {
  groups: EmbeddedResponses[]
  dim: number
}

/** What some labels compared. */
export interface LabelledComparisons {
  /** Row-major: differences of features, preferred minus other. */
  differences: Float64Array
  /** 0 for a tie; one number per row. */
  decisive: Uint8Array
  /** The number of rows of each label. */
  rows: Uint32Array
}

/** Labels that the engine is to hold: each crosses to it once, however often it is learned from. */
export interface HoldLabelsParams {
  /** Names the table that they are added to: of one curation and one {@link FeatureSpace}. */
  table: string
  /** Features per candidate. */
  size: number
  /** How many labels of the table come before them. */
  from: number
  labels: LabelledComparisons
}

/** Labels of a table that the engine holds. */
export interface LabelPlaces {
  table: string
  /** Their places in the table, in the order of learning. */
  places: Uint32Array
}

export interface LearnedParams {
  space: FeatureSpace
  /** The vector of the pool's prompt. */
  promptVector: Float32Array
  labels: LabelPlaces
}

/** A selection without the keys that only the curation knows. */
export type SelectResult = Omit<
  Selection,
  'id' | 'promptId' | 'round' | 'textHashes' | 'learned' | 'after'
>
