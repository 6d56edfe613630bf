// The words of the project as types: what every process and every file agrees on. Types only.

/** One turn of a conversation, as chat templates and TRL have it. */
export interface Message {
  role: 'system' | 'user' | 'assistant'
  content: string
}

/**
 * A prompt: `id` is a hash of its messages, so inserting prompts moves nothing. An edited prompt
 * that keeps its labels keeps its id.
 */
export interface Prompt {
  id: string
  messages: Message[]
}

export interface SamplingSettings {
  /** Candidates per prompt. */
  n: number
  /** 0 is greedy. */
  temperature: number
  /** Nucleus mass in (0, 1]; 1 is off. */
  topP: number
  /** 0 is off. */
  topK: number
  /** Share of the most likely token's probability, in [0, 1); 0 is off. */
  minP: number
  /** 1 is off. */
  repetitionPenalty: number
  maxNewTokens: number
  seed: number
}

/**
 * What a model's chat template can be told beside the messages, by the template's own names:
 * `enable_thinking` of Qwen3.
 */
export type TemplateOptions = Record<string, string | number | boolean>

/** Fields of requests to a server that can be left out. */
export const OMITTABLE_FIELDS = [
  'n',
  'logprobs',
  'seed',
  'temperature',
  'top_p',
  'encoding_format',
] as const
export type OmittableField = (typeof OMITTABLE_FIELDS)[number]

/** Where a candidate's reasoning is: in a field of its own, or at the beginning of its text. */
export type ReasoningPlace = 'apart' | 'inText'

/** Selection rules that need vectors alone, as curation files name them. */
export const VECTOR_METHODS = ['aepo', 'random', 'farthest', 'k-centre', 'k-dpp'] as const
export type VectorMethod = (typeof VECTOR_METHODS)[number]

/** Selection rules that learn from the labels so far. */
export const LABEL_METHODS = ['d-optimal', 'v-optimal', 'uncertain', 'adaptive'] as const
export type LabelMethod = (typeof LABEL_METHODS)[number]

export const SELECTION_METHODS = [...VECTOR_METHODS, ...LABEL_METHODS] as const
export type SelectionMethod = (typeof SELECTION_METHODS)[number]

/** How a selection came about; `given`: two models were compared, and nothing was selected. */
export const SELECTION_ORIGINS = [...SELECTION_METHODS, 'given'] as const
type SelectionOrigin = (typeof SELECTION_ORIGINS)[number]

export interface SelectionSettings {
  method: SelectionMethod
  k: number
  /**
   * Weight of diversity against representativeness. Method `aepo` reads it; `uncertain` and
   * `adaptive` do until they have enough labels.
   */
  lambda: number
  /** Take degenerate candidates out of the pool first. */
  guard: boolean
}

export type DeviceChoice = 'auto' | 'webgpu' | 'cuda' | 'dml' | 'coreml' | 'cpu'
export type Device = Exclude<DeviceChoice, 'auto'>

/** `other`: a server ended the response for a reason of its own, such as a content filter. */
export type FinishReason = 'stop' | 'length' | 'other' | 'imported'

/** One sampled response. */
export interface Candidate {
  id: string
  promptId: string
  round: number
  /** Place in its pool, from 0. */
  index: number
  /** The answer alone, unless the curation says that reasoning is part of it. */
  text: string
  /** What the model wrote before its answer; without it where it wrote nothing or said nothing. */
  reasoning?: string
  /**
   * The seed of the request to a server, which may ask for several candidates. null for
   * imported responses and servers that take none.
   */
  seed: number | null
  finishReason: FinishReason
  /** null for imported responses and where a server does not say. */
  tokenCount: number | null
  /**
   * Summed natural log-probability of the sampled tokens under the sampling distribution at
   * temperature 1, untruncated; of a server what it reports. null for imported responses and where
   * a server does not say.
   */
  logprob: number | null
  /** Which generation settings it came from (see the `generation` records of the same journal). */
  generationId: string
  /** Imported pools only: the model named by the source, and its judged score. */
  origin?: string
  score?: number
}

/** Why a prompt or a text was left out. */
interface LeftOut {
  /** One sentence, with the words of the server or of the chat template. */
  reason: string
  /** The server or the model's folder; absent where it is not known. */
  where?: string
  /** ISO 8601. */
  at: string
}

/** A prompt that a generator does not take. */
export interface LeftOutPrompt extends LeftOut {
  kind: 'prompt'
  promptId: string
  round: number
  /** Hash of the generator and the sampling settings: others may take the prompt. */
  generatorKey: string
}

/** The text of a candidate that an embedder cannot embed: its pool does without it. */
export interface LeftOutText extends LeftOut {
  kind: 'text'
  candidateId: string
  promptId: string
  textHash: string
  embedder: string
}

export type LeftOutRecord = LeftOutPrompt | LeftOutText

/** `seen`: an earlier selection of the pool showed the candidate. */
export const REMOVAL_REASONS = [
  'seen',
  'not-embedded',
  'unfinished-reasoning',
  'empty',
  'duplicate',
  'stub',
  'repeated-under-prompts',
  'looping',
  'cut-off',
] as const
export type RemovalReason = (typeof REMOVAL_REASONS)[number]

export interface Removal {
  id: string
  reason: RemovalReason
}

/** Why a pool has another selection: it was asked for, or all responses before were bad. */
export const ANOTHER_REASONS = ['more', 'allBad'] as const
export type AnotherReason = (typeof ANOTHER_REASONS)[number]

/** The earlier selections of the pool; their candidates are not shown again. */
export interface After {
  selectionIds: string[]
  reason: AnotherReason
}

/** The annotations that a selection rests on, and the features that it compared them by. */
export interface LearnedFrom {
  /** Hash of the ids of the annotations, in the order of learning. */
  annotations: string
  /** The hash of an earlier selection's annotations, from which these differ; absent: from none. */
  since?: string
  /** Ids of annotations that these have and those of `since` do not. */
  added: string[]
  /** The other way round; absent: none. */
  removed?: string[]
  /** Hash of the embedder and of the candidates whose vectors and texts define the features. */
  features: string
  /** The prompts of those candidates, where no earlier selection names these features. */
  featurePools?: string[]
}

/** What a rule that learns from labels knew when it selected. */
export interface Learned {
  /** Number of annotations. */
  labels: number
  /** Absent: they were too few, and AEPO selected with λ. */
  from?: LearnedFrom
}

/** The k candidates of one prompt that are shown for annotation. */
export interface Selection {
  id: string
  promptId: string
  round: number
  candidateIds: string[]
  /** Hashes of the candidates' texts, in their order. */
  textHashes: string[]
  /** Of a selection that was `given`, λ and the terms are 0. */
  method: SelectionOrigin
  k: number
  lambda: number
  /** Absent: the guard was on. */
  guard?: false
  /** Candidates that remained after the guard. */
  n: number
  objective: number
  representativeness: number
  redundancy: number
  /** Whether the search proved the optimum. */
  exact: boolean
  removed: Removal[]
  /** Absent for rules that need no labels. */
  learned?: Learned
  /** Absent for the first selection of a pool. */
  after?: After
}

/**
 * What an annotator says of one selection. Tiers go from best to worst; all ids of the selection
 * appear once.
 */
export type Preference =
  { kind: 'ranking'; tiers: string[][] } | { kind: 'tie' } | { kind: 'allBad' } | { kind: 'skip' }

/** A response as an annotator rewrote it: better than all that were shown. */
export interface Edit {
  /** The candidate that it was made of. */
  candidateId: string
  text: string
}

/** One journal entry of one annotator. */
export type AnnotationRecord =
  | {
      kind: 'annotation'
      id: string
      selectionId: string
      promptId: string
      annotator: string
      preference: Preference
      edit?: Edit
      /** Candidate ids in the order in which they were shown. */
      shownOrder: string[]
      milliseconds: number
      note?: string
      /** ISO 8601. */
      at: string
    }
  | { kind: 'undo'; id: string; annotationId: string; annotator: string; at: string }
  /** Marks a prompt, or takes the mark away: the annotator wants to come back to it. */
  | {
      kind: 'flag'
      id: string
      promptId: string
      annotator: string
      flagged: boolean
      at: string
    }
export type Annotation = Extract<AnnotationRecord, { kind: 'annotation' }>
