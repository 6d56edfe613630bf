// The models behind judges: one answers questions about pairs, the other scores single responses.
import * as l10n from '@vscode/l10n'
import type { JudgeSettings } from '../../core/formats/judgeSettings'
import { runOfModel } from '../../core/formats/modelSettings'
import { type ScoredResponse, scoreInPython } from '../../processes/pythonScores'
import type { Runner } from '../../processes/pythonRunner'
import type { Message } from '../../shared/domain'
import type {
  JudgedAnswer,
  LoadProgress,
  ModelRequest,
  ScoreResult,
} from '../../shared/engineProtocol'
import { failureError } from '../../shared/errors'
import type { Curation } from '../curation'
import { type Engine, generatorRequest, resolveModel } from '../engine'
import { runRewardModel } from './rewardRun'

/** @param model family or id; by default the first that the editor offers. */
export type AskEditor = (
  model: string | undefined,
  messages: Message[],
  signal: AbortSignal,
) => Promise<JudgedAnswer>

/** What the owner of a curation offers to judges. */
export interface JudgeMeans {
  engine: () => Engine
  /** The Python that training runs use; built if necessary. */
  runner: () => Promise<Runner>
  /** Asks a language model of the editor; null outside VS Code. */
  editor: AskEditor | null
  /** Called with what the user should know of a model that is loaded, or waited for. */
  onNotice: (sentence: string) => void
}

/** Comparisons. Python loads the model for each batch; in the engine a batch delays a stop. */
const BATCH = { python: 4096, onnx: 4 } as const

/** Tokens of the answer that a local judge writes: what counts is the probability of the first. */
const LOCAL_TOKENS = 4

export type JudgeModel =
  | {
      kind: 'pairs'
      /** Questions in flight at once. */
      concurrency: number
      ask: (messages: Message[], signal: AbortSignal) => Promise<JudgedAnswer>
    }
  | {
      kind: 'scores'
      /** Comparisons to score at once. */
      batch: number
      score: (responses: ScoredResponse[], signal: AbortSignal) => Promise<ScoreResult>
    }

/** Loads nothing yet. */
export function judgeModel(
  curation: Curation,
  judge: JudgeSettings,
  means: JudgeMeans,
): JudgeModel {
  switch (judge.kind) {
    case 'server':
    case 'local': {
      const request: ModelRequest = generatorRequest(judge, curation.paths)
      const maxTokens = judge.kind === 'server' ? judge.maxTokens : LOCAL_TOKENS
      return {
        kind: 'pairs',
        concurrency: judge.kind === 'server' ? judge.concurrency : 1,
        ask: (messages, signal) =>
          means
            .engine()
            .request(
              'judge',
              { judge: request, messages, maxTokens },
              { signal, onProgress: noticesTo(means) },
            ),
      }
    }
    case 'editor': {
      const { editor } = means
      if (!editor)
        throw failureError(
          'bad-input',
          l10n.t`The judge ${judge.name} is a language model of VS Code.`,
          {
            where: curation.paths.file,
            remedy: l10n.t('Run it in VS Code, with the command “AEPO: Run Judge…”.'),
          },
        )
      return {
        kind: 'pairs',
        concurrency: 1,
        ask: (messages, signal) => editor(judge.model, messages, signal),
      }
    }
    case 'reward':
      return { kind: 'scores', ...scorer(curation, judge, means) }
  }
}

function scorer(
  { paths }: Curation,
  { model, runtime }: Extract<JudgeSettings, { kind: 'reward' }>,
  means: JudgeMeans,
): Omit<Extract<JudgeModel, { kind: 'scores' }>, 'kind'> {
  const { engine, runner } = means
  const run = runOfModel(model)
  const folder = (): string =>
    run === undefined ? resolveModel(model, paths) : runRewardModel(paths, run)
  switch (runtime ?? (run === undefined ? 'onnx' : 'python')) {
    case 'onnx':
      return {
        batch: BATCH.onnx,
        score: (responses, signal) =>
          engine().request(
            'score',
            { model: folder(), responses },
            { signal, onProgress: noticesTo(means) },
          ),
      }
    case 'python':
      return {
        batch: BATCH.python,
        score: async (responses, signal) =>
          scoreInPython(await runner(), folder(), responses, signal),
      }
  }
}

const noticesTo =
  ({ onNotice }: JudgeMeans) =>
  (progress: LoadProgress): void => {
    if (progress.kind === 'notice' || progress.kind === 'waiting') onNotice(progress.sentence)
  }
