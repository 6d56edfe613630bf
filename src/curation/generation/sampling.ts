// Samples one assignment: each candidate is appended to the journal as it comes.
// Invariant I10.
import * as l10n from '@vscode/l10n'
import { candidateId } from '../../core/formats/ids'
import type { Candidate } from '../../shared/domain'
import type { SampledCandidate } from '../../shared/engineProtocol'
import type { Curation } from '../curation'
import type { Engine } from '../engine'
import type { Round } from '../round'
import type { Assignment } from './plan'
import type { GenerationProgress } from './progress'
import { type GenerationSource, withoutSettings } from './source'

export interface SampleOptions {
  source: GenerationSource
  progress: GenerationProgress
  /** Called with what the user should know, once. */
  onNotice: (sentence: string) => void
  /** Called with each candidate, before it is written. */
  onCandidate: (candidate: SampledCandidate) => void
  signal: AbortSignal
}

/**
 * Resolves when all candidates of the assignment are on disk.
 * @throws what stopped the sampling, or why a candidate could not be written. The candidates that
 *   could be written are on disk.
 */
export async function sampleAssignment(
  curation: Curation,
  engine: Engine,
  { prompt, candidates }: Assignment,
  { source, progress, onNotice, onCandidate, signal }: SampleOptions,
): Promise<void> {
  const { n, seed, ...sampling } = curation.settings.sampling
  const unwritable = new AbortController()
  const writes: Promise<void>[] = []
  const write = async (sampled: SampledCandidate): Promise<void> => {
    const { name } = source
    const generation = withoutSettings(source.generation, sampled.omitted)
    const candidate = candidateOf(curation.round, prompt.id, sampled, generation.id)
    await curation.store.appendCandidates(generation, [candidate])
    progress.addCandidate(candidate)
    progress.report(l10n.t`Sampling from ${name}`)
  }
  const sampled = engine.request(
    'sample',
    { generator: source.request, messages: prompt.messages, candidates, sampling },
    {
      signal: AbortSignal.any([signal, unwritable.signal]),
      onProgress: (news) => {
        switch (news.kind) {
          case 'rate':
            progress.setRate(source.generation.id, news.tokensPerSecond)
            return
          case 'waiting':
            progress.report(news.sentence)
            return
          case 'notice':
            onNotice(news.sentence)
            return
          case 'candidate': {
            onCandidate(news.candidate)
            const written = write(news.candidate)
            written.catch(() => unwritable.abort())
            writes.push(written)
            return
          }
          case 'download':
          case 'loading':
            return
        }
      },
    },
  )
  const [outcome] = await Promise.allSettled([sampled])
  await Promise.all(writes)
  if (outcome.status === 'rejected') throw outcome.reason
}

/** A text cut within a surrogate pair is repaired: no reader of the data set takes half of one. */
export function candidateOf(
  { number: round }: Pick<Round, 'number'>,
  promptId: string,
  { index, text, reasoning, omitted, ...rest }: SampledCandidate,
  generationId: string,
): Candidate {
  return {
    id: candidateId(promptId, round, index),
    promptId,
    round,
    index,
    text: text.toWellFormed(),
    ...(reasoning === undefined ? {} : { reasoning: reasoning.toWellFormed() }),
    ...rest,
    generationId,
  }
}
