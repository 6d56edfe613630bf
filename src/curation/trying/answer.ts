// One answer of a model that is tried, streamed; not written anywhere.
import * as l10n from '@vscode/l10n'
import { generationId } from '../../core/formats/ids'
import type { ModelChoice } from '../../core/formats/modelSettings'
import type { GenerationRecord } from '../../core/formats/records'
import type { Message } from '../../shared/domain'
import type { SampledCandidate } from '../../shared/engineProtocol'
import { failureError } from '../../shared/errors'
import type { Curation } from '../curation'
import type { Engine } from '../engine'
import { loadSource, withoutSettings } from '../generation/source'
import type { Grown } from './pace'

export interface AnswerRequest {
  model: ModelChoice
  messages: readonly Message[]
  /** All other sampling settings are those of the curation. */
  temperature: number
  seed: number
}

export interface TriedAnswer {
  candidate: SampledCandidate
  /** The settings that it came from. */
  generation: GenerationRecord
}

export interface AnswerListeners {
  signal: AbortSignal
  /** Called with what is being done before the first text. */
  onReport: (sentence: string) => void
  onText: (grown: Grown) => void
}

/** @throws FailureError of the engine; `not-found` for the model of a run that was not built. */
export async function answer(
  curation: Curation,
  engine: Engine,
  { model, messages, temperature, seed }: AnswerRequest,
  { signal, onReport, onText }: AnswerListeners,
): Promise<TriedAnswer> {
  const source = await loadSource(
    curation,
    engine,
    { ...model, share: 1 },
    { signal, report: onReport },
  )
  const { n, seed: _, ...sampling } = curation.settings.sampling
  let candidate: SampledCandidate | undefined
  await engine.request(
    'stream',
    {
      generator: source.request,
      messages: [...messages],
      candidates: [{ index: 0, seed }],
      sampling: { ...sampling, temperature },
    },
    {
      signal,
      onProgress: (news) => {
        if (news.kind === 'text') onText(news)
        else if (news.kind === 'candidate') candidate = news.candidate
        else if (news.kind === 'waiting') onReport(news.sentence)
      },
    },
  )
  if (!candidate) throw failureError('internal', l10n.t('The engine gave no answer.'))
  const generation = atTemperature(source.generation, temperature)
  return { candidate, generation: withoutSettings(generation, candidate.omitted) }
}

function atTemperature({ id, ...record }: GenerationRecord, temperature: number): GenerationRecord {
  const changed = { ...record, sampling: { ...record.sampling, temperature } }
  return { ...changed, id: generationId(changed) }
}
