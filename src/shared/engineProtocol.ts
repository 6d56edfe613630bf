// What the engine process can be asked: models, sampling, embedding, selection. Knows no file of
// the workspace.
import type {
  Device,
  DeviceChoice,
  FinishReason,
  Message,
  OmittableField,
  ReasoningPlace,
  SamplingSettings,
  TemplateOptions,
} from './domain'
import type { Failure } from './errors'
import type {
  FeatureParams,
  FeatureSpace,
  HoldLabelsParams,
  SelectParams,
  SelectResult,
} from './selectionProtocol'

/** Where the engine looks for and keeps models; sent once, before anything else. */
export interface EngineConfig {
  /** Folder of the embedded models (`builtin:NAME` is `<builtinModels>/NAME`). */
  builtinModels: string
  /** Folder for downloaded models. */
  cache: string
  /** Base address of the model hub; tests point it at loopback. */
  hub: string
  /**
   * Upper limit in bytes for the keys and values of the rows in one batch; a single row may exceed
   * it.
   */
  kvCacheBytes: number
  /** Threads for CPU inference; 0 is one per physical core. */
  threads: number
  /**
   * Whether other programs go first where the processor is short: those of the person who labels
   * meanwhile.
   */
  background?: boolean
}

/**
 * The environment variable that names the file with the translations of the engine's messages.
 * Without it they are English.
 */
export const TRANSLATIONS_VARIABLE = 'AEPO_TRANSLATIONS'

/**
 * A model as named in a curation file (`builtin:NAME`, absolute folder, or hub id) and where it
 * should run.
 */
export interface LocalModelRequest {
  model: string
  device: DeviceChoice
  /** Ignored for embedders. */
  template?: TemplateOptions
  /** `apart` by default. */
  reasoning?: ReasoningPlace
  /** Of an embedder: put before every text; by default that of the model folder. */
  prompt?: string
}

/** A model behind a server with the OpenAI API. */
export interface ServerModelRequest {
  /** Address of the API, such as `http://host:8000/v1`. */
  server: string
  /** As the server names it. */
  model: string
  /** Requests in flight at once. */
  concurrency: number
  /** Fields that requests do without. */
  omit?: readonly OmittableField[]
  template?: TemplateOptions
  /** `apart` by default. */
  reasoning?: ReasoningPlace
  /** Of an embedder: put before every text. */
  prompt?: string
}

export type ModelRequest = LocalModelRequest | ServerModelRequest

export interface LoadedModel {
  model: string
  device: Device | 'server'
  /** Format of the weights, such as q4; not known of a server. */
  variant?: string
  /** Why `auto` took this device; one sentence, shown to the person. Empty for a server. */
  reason: string
  /** Tokens; null where the model does not say. */
  contextLength: number | null
  /** Candidates to ask for at once so that the model is never idle. */
  candidatesInFlight: number
  server?: ServerIdentity
}

/** Who answers at a server's address. */
interface ServerIdentity {
  address: string
  /** "vLLM 0.21.0"; null where the server does not say. */
  software: string | null
}

export type LoadProgress =
  | { kind: 'download'; file: string; bytes: number; totalBytes: number | null }
  | { kind: 'loading' }
  /** A request to a server or the model hub is sent again after a while: why, in one sentence. */
  | { kind: 'waiting'; sentence: string }
  /**
   * What a person should know, once: a setting that the server does not take, or what was taken
   * because a model does not say it.
   */
  | { kind: 'notice'; sentence: string }

export interface SampleParams {
  generator: ModelRequest
  messages: Message[]
  /** One entry per wanted candidate; seeds fix the candidate whatever else is in the batch. */
  candidates: { index: number; seed: number }[]
  sampling: Omit<SamplingSettings, 'n' | 'seed'>
}

export interface SampledCandidate {
  index: number
  /** That the candidate was drawn with; null where a server takes none. */
  seed: number | null
  /** The answer, without {@link reasoning}. */
  text: string
  /** What the model wrote before its answer, if it told it apart. */
  reasoning?: string
  /** Settings that a server did not take, and that have its own defaults. */
  omitted?: readonly OmittableField[]
  finishReason: Exclude<FinishReason, 'imported'>
  /** Tokens sampled, the end token counted; null where a server does not say. */
  tokenCount: number | null
  /**
   * Summed natural log-probability of those tokens at temperature 1, untruncated; null where a
   * server does not say.
   */
  logprob: number | null
}

export type SampleProgress =
  | LoadProgress
  | { kind: 'candidate'; candidate: SampledCandidate }
  /**
   * Tokens sampled for this request so far; tokens per second of all requests together. A few times
   * a second.
   */
  | { kind: 'rate'; tokens: number; tokensPerSecond: number }

/** What a candidate's text is so far. */
export interface TextSoFar {
  kind: 'text'
  index: number
  text: string
  reasoning?: string
  /** Tokens so far; of a server the parts in which the text came. */
  tokens: number
}

/** The texts of unfinished candidates come at most 20 times a second for each. */
export type StreamProgress = SampleProgress | TextSoFar

export interface EmbedParams {
  embedder: ModelRequest
  texts: string[]
}

export interface EmbedResult {
  /** Row-major float32, `texts.length` × `dim`, each row of unit length. */
  vectors: Float32Array
  dim: number
  /** Texts that cannot be embedded, by their place; their rows mean nothing. */
  refused?: { index: number; failure: Failure }[]
}

export interface PromptTokensParams {
  /** As in {@link LocalModelRequest}. */
  model: string
  prompts: { messages: Message[]; template?: TemplateOptions }[]
}

/** A question to a judge: which of two responses is better. */
export interface JudgeParams {
  judge: ModelRequest
  messages: Message[]
  /** Longest answer, in tokens. */
  maxTokens: number
}

export interface JudgedAnswer {
  /** As the model wrote it. */
  text: string
  /** Whether the limit of tokens ended it. */
  isCutOff?: boolean
  /** What the model wrote before its answer, if it told it apart. */
  reasoning?: string
  /**
   * Of a model on this machine: the natural log-probability that its answer begins with A, and with
   * B.
   */
  logprobs?: { A: number; B: number }
  /** Tokens of the request; null where a server does not say. */
  promptTokens: number | null
  /** Tokens of the answer; null where a server does not say. */
  tokens: number | null
}

export interface ScoreParams {
  /** A model with a graph for sequence classification; see {@link LocalModelRequest.model}. */
  model: string
  responses: { messages: Message[]; text: string }[]
}

export interface ScoreResult {
  /** One per response: the output of the model. */
  scores: number[]
  /** Tokens of each response with its prompt. */
  tokens: number[]
}

export type EngineSide = {
  requests: {
    configure: [EngineConfig, { pid: number; backends: string[] }]
    load: [ModelRequest & { role: 'generator' | 'embedder' }, LoadedModel, LoadProgress]
    sample: [SampleParams, LoadedModel, SampleProgress]
    /** As `sample`, which gives the same candidates; also reports the texts as they grow. */
    stream: [SampleParams, LoadedModel, StreamProgress]
    embed: [
      EmbedParams,
      EmbedResult,
      LoadProgress | { kind: 'embedded'; done: number; total: number },
    ]
    /**
     * Adds labels to a table, if they follow on what it holds.
     * @returns how many labels the table holds now: 0 in an engine that was started again.
     */
    holdLabels: [HoldLabelsParams, number]
    /** @throws FailureError `engine-died` for labels that it does not hold. */
    select: [SelectParams, SelectResult]
    /** Defines features by some pools. */
    features: [FeatureParams, FeatureSpace]
    judge: [JudgeParams, JudgedAnswer, LoadProgress]
    score: [ScoreParams, ScoreResult, LoadProgress]
    /**
     * The tokens that sampling feeds a model for each prompt; null for a prompt that its chat
     * template refuses. null instead of the list when the model is not on this machine: nothing is
     * downloaded for this.
     */
    promptTokens: [PromptTokensParams, (number[] | null)[] | null]
    /** Names of the models that a server has. */
    serverModels: [{ server: string }, string[]]
  }
  notifications: Record<never, never>
}

/** What the engine asks and tells its owner. */
export type EngineOwnerSide = {
  requests: {
    /**
     * The key for a server's origin, null when there is none. It is sent to that origin alone and
     * written nowhere.
     */
    serverKey: [{ origin: string }, string | null]
  }
  notifications: {
    log: { level: 'debug' | 'info' | 'warn' | 'error'; message: string }
  }
}
