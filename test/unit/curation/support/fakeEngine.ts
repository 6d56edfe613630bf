// An engine without models: candidates and vectors are functions of their seeds and texts,
// selection is the real one.
import { expect } from 'vitest'
import { featureSpace } from '../../../../src/core/selection/features/features'
import { HeldLabels } from '../../../../src/core/selection/heldLabels'
import { selectCandidates } from '../../../../src/core/selection/selectCandidates'
import type { Engine } from '../../../../src/curation/engine'
import type {
  EmbedParams,
  EngineSide,
  JudgedAnswer,
  JudgeParams,
  LoadedModel,
  ModelRequest,
  SampleParams,
  SampleProgress,
  ScoreParams,
  ScoreResult,
  StreamProgress,
} from '../../../../src/shared/engineProtocol'
import type {
  FeatureParams,
  HoldLabelsParams,
  LabelledComparisons,
  SelectParams,
} from '../../../../src/shared/selectionProtocol'
import { type Failure, FailureError, failureError } from '../../../../src/shared/errors'
import type { CallOptions } from '../../../../src/shared/rpc'

const DIM = 4
const LOADED: LoadedModel = {
  model: 'fake',
  device: 'cpu',
  reason: '',
  contextLength: 100,
  candidatesInFlight: 256,
}

export class FakeEngine implements Engine {
  /** Seeds sampled, in order. */
  readonly sampled: number[] = []
  /** Models loaded, and asked for candidates of which prompt, in order. */
  readonly loads: string[] = []
  readonly samples: { model: string; prompt: string }[] = []
  /** What was asked to be selected from. */
  readonly selects: SelectParams[] = []
  /** What it was sent to hold. */
  readonly sentLabels: HoldLabelsParams[] = []
  private labels = new HeldLabels()
  /** Stands at the end of each text sampled. */
  ending = ''
  finishReason: 'stop' | 'length' = 'stop'
  variant: string | undefined
  /** What a judge answers; the default names no verdict. */
  answers: (params: JudgeParams) => JudgedAnswer | Promise<JudgedAnswer> = () => ({
    text: '',
    promptTokens: 1,
    tokens: 1,
  })
  /** What a reward model gives; the default is the length of the text. */
  scores: (params: ScoreParams) => ScoreResult = ({ responses }) => ({
    scores: responses.map(({ text }) => text.length),
    tokens: responses.map(() => 1),
  })
  /** Sampling fails with `engine-died` once this many candidates were given. */
  diesAfter = Infinity
  /** Streamed texts are finished when this settles. */
  gate = Promise.resolve()
  /** Models that do not fit beside another one when they are loaded first. */
  outOfMemory: string[] = []
  /** Models are not loaded, for this reason. */
  failure: Failure | undefined

  readonly request = (async (
    method: keyof EngineSide['requests'],
    params: unknown,
    options?: CallOptions<unknown>,
  ): Promise<unknown> => {
    await Promise.resolve()
    if (options?.signal?.aborted) throw failureError('cancelled', 'Cancelled.')
    switch (method) {
      case 'configure':
        return { pid: 1, backends: [] }
      case 'load':
        this.loads.push((params as ModelRequest).model)
        this.mustFit((params as ModelRequest).model)
        return {
          ...loaded(params as ModelRequest),
          ...(this.variant === undefined ? {} : { variant: this.variant }),
        }
      case 'sample':
        this.sample(
          params as SampleParams,
          (options as CallOptions<SampleProgress> | undefined)?.onProgress,
        )
        return LOADED
      case 'stream':
        return this.stream(params as SampleParams, options)
      case 'embed': {
        const { texts } = params as EmbedParams
        return { dim: DIM, vectors: Float32Array.from(texts.flatMap(vectorOf)) }
      }
      case 'serverModels':
        return []
      case 'promptTokens':
        return null
      case 'judge':
        return this.answers(params as JudgeParams)
      case 'score':
        return this.scores(params as ScoreParams)
      case 'features': {
        const { groups, dim } = params as FeatureParams
        return featureSpace(groups, dim)
      }
      case 'select':
        this.selects.push(params as SelectParams)
        return selectCandidates(params as SelectParams, this.labels)
      case 'holdLabels':
        this.sentLabels.push(params as HoldLabelsParams)
        return this.labels.hold(params as HoldLabelsParams)
    }
  }) as Engine['request']

  /** As an engine that was started again. */
  forgetLabels(): void {
    this.labels = new HeldLabels()
  }

  /** What the labels that a selection was made from compared; each was sent once. */
  comparedFor({ learned }: SelectParams): LabelledComparisons[] {
    const sent = this.sentLabels
      .filter(({ table }) => table === learned?.labels.table)
      .flatMap(({ size, labels }) => eachOf(labels, size))
    return Array.from(learned?.labels.places ?? [], (place) => sent[place] ?? expect.fail())
  }

  private mustFit(model: string): void {
    if (this.failure) throw new FailureError(this.failure)
    if (!this.outOfMemory.includes(model)) return
    this.outOfMemory = this.outOfMemory.filter((other) => other !== model)
    throw failureError('out-of-memory', 'The model does not fit.')
  }

  /** The first word at once, the rest when {@link gate} settles. */
  private async stream(
    params: SampleParams,
    { signal, onProgress }: CallOptions<StreamProgress> = {},
  ): Promise<LoadedModel> {
    for (const { index } of params.candidates)
      onProgress?.({ kind: 'text', index, text: 'answer', tokens: 1 })
    await Promise.race([this.gate, aborted(signal)])
    this.sample(params, onProgress)
    return LOADED
  }

  private sample(
    { generator, messages, candidates }: SampleParams,
    onProgress?: (progress: SampleProgress) => void,
  ): void {
    this.samples.push({ model: generator.model, prompt: messages.at(-1)?.content ?? '' })
    if ((messages.at(-1)?.content.length ?? 0) > 1000)
      throw failureError('context-overflow', 'The prompt has 1,000 tokens, the model takes 100.')
    for (const { index, seed } of candidates) {
      if (this.sampled.length >= this.diesAfter)
        throw failureError('engine-died', 'The engine process ended by signal SIGKILL.')
      this.sampled.push(seed)
      onProgress?.({
        kind: 'candidate',
        candidate: {
          index,
          seed,
          text: `answer number ${seed} of some length${this.ending}`,
          finishReason: this.finishReason,
          tokenCount: 3,
          logprob: -1,
        },
      })
    }
  }
}

function eachOf(
  { differences, decisive, rows }: LabelledComparisons,
  size: number,
): LabelledComparisons[] {
  let first = 0
  return Array.from(rows, (count) => {
    const [from, to] = [first, (first += count)]
    return {
      rows: Uint32Array.of(count),
      differences: differences.slice(from * size, to * size),
      decisive: decisive.slice(from, to),
    }
  })
}

const loaded = (request: ModelRequest): LoadedModel =>
  'server' in request
    ? { ...LOADED, device: 'server', server: { address: request.server, software: null } }
    : LOADED

/** Rejects as a request does that is cancelled. */
const aborted = (signal: AbortSignal | undefined): Promise<never> =>
  new Promise((_, reject) =>
    signal?.addEventListener('abort', () => reject(failureError('cancelled', 'Cancelled.'))),
  )

function vectorOf(text: string): number[] {
  const raw = Array.from(
    { length: DIM },
    (_, i) => 1 + (((text.charCodeAt(text.length % (i + 2)) || 0) * 31 * (i + 1)) % 17),
  )
  const length = Math.hypot(...raw)
  return raw.map((value) => value / length)
}
