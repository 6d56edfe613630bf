// Trying two models: what the editor shows, and what its controls ask for. Nothing tells which
// model gave which answer before the vote.
import type { FinishReason, Message } from './domain'
import type { Failure } from './errors'

/** What is said of two answers; `best` is the place of the better one on the screen, from 0. */
export type TryVote = { best: number } | 'tie' | 'allBad'

/**
 * `answering`: the texts grow. `answered`: the vote is awaited. `stopped` and `failed`: there is no
 * vote.
 */
export type TryPhase = 'answering' | 'answered' | 'voted' | 'stopped' | 'failed'

export interface TryAnswerView {
  text: string
  /** Whether the model reasons, and the answer has not begun. */
  isReasoning: boolean
  /** null while the text grows. */
  finishReason: FinishReason | null
  /** null before the vote. */
  tokenCount: number | null
  /** The model; null before the vote. */
  name: string | null
}

export interface TryPairView {
  /** The last message of the user. */
  prompt: string
  phase: TryPhase
  /** What is done before the first text comes: a model is loaded. */
  sentence: string | null
  /** In the order of the screen, which is shuffled. */
  answers: readonly TryAnswerView[]
  vote: TryVote | null
  /** Whether the pair is in the data set: `undone` once its label was taken back. */
  kept: 'no' | 'keeping' | 'kept' | 'undone'
  failure: Failure | null
}

/** The votes on the two models that are chosen now, in their order. */
export interface TryTally {
  names: readonly string[]
  wins: readonly number[]
  ties: number
  allBad: number
  /** How many of them were kept as labels. */
  kept: number
}

export interface TryView {
  /** By names that are no paths of this machine. */
  models: readonly { id: string; label: string }[]
  /** The ids of the two; null for one that is still to be chosen. */
  chosen: readonly (string | null)[]
  /** Chosen models of training runs that are not built on this machine, by id. */
  notBuilt: readonly string[]
  temperature: number
  /** The conversation before the prompt of the pair. */
  turns: readonly Message[]
  pair: TryPairView | null
  tally: TryTally
  /** Incremented to show the view. */
  calls: number
}

export type TryAction =
  /** Shows the view; with the model of a run as one of the two. */
  | { do: 'open'; run?: string }
  | { do: 'choose'; side: number; model: string }
  /** Asks the user for another model. */
  | { do: 'other'; side: number }
  | { do: 'build'; model: string }
  | { do: 'temperature'; value: number }
  | { do: 'send'; text: string }
  | { do: 'stop' }
  | { do: 'vote'; vote: TryVote }
  /** Other answers to the same prompt. */
  | { do: 'again' }
  | { do: 'keep' }
  | { do: 'undoKept' }
  /** Begins a new conversation. */
  | { do: 'restart' }
