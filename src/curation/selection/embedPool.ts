// The vectors of a pool, computed where they are missing. Texts that cannot be embedded are left
// out.
// Invariant I21.
import * as l10n from '@vscode/l10n'
import { textHash } from '../../core/formats/ids'
import { shortened } from '../../core/text/values'
import type { Candidate, LeftOutText, Prompt } from '../../shared/domain'
import { asSentence, type Failure } from '../../shared/errors'
import type { EmbeddingStore } from '../../store/embeddings'
import type { Curation } from '../curation'
import { embedderName, embedderRequest, type Engine } from '../engine'
import { embedTexts, NOT_NUMBERS } from './embedTexts'

export interface EmbeddedPool {
  /** The candidates that have a vector, in the order of their indices. */
  pool: readonly Candidate[]
  /** Those whose texts cannot be embedded. */
  refused: readonly Candidate[]
  embeddings: EmbeddingStore
}

export interface EmbedPoolOptions {
  signal: AbortSignal
  /** Tries texts again that were left out before. */
  retriesLeftOut?: boolean
  /** Called with each text that cannot be embedded, and with what else a person should know. */
  onNotice?: (sentence: string) => void
}

/**
 * A text that the embedder does not take is left out for good: until it or the embedder changes.
 * @throws FailureError of the engine, also where the embedder takes no text at all.
 */
export async function embedPool(
  curation: Curation,
  engine: Engine,
  prompt: Prompt,
  options: EmbedPoolOptions,
): Promise<EmbeddedPool> {
  const { round, settings, store, paths } = curation
  const whole = round.pool(prompt.id)
  const embedder = embedderName(settings.embedder)
  const embeddings = await store.embeddings(embedder)
  const isLeftOut = ({ id, text }: Candidate): boolean =>
    store.leftOut.text({ candidateId: id, embedder })?.textHash === textHash(text)
  const lacking = whole.filter((one) => !embeddings.has(one))
  if (lacking.length === 0) return { pool: whole, refused: [], embeddings }
  const missing = lacking.filter((one) => options.retriesLeftOut === true || !isLeftOut(one))
  if (missing.length > 0) {
    const { good, rows, dim, failures } = await embedTexts(engine, missing, {
      embedder: embedderRequest(settings.embedder, paths),
      signal: options.signal,
      onNotice: options.onNotice,
    })
    const broken = [...failures.values()].filter((one) => one === NOT_NUMBERS.failure).length
    if (broken > 1 && failures.size === missing.length) throw NOT_NUMBERS
    await embeddings.append(good, rows, dim)
    await leaveOutTexts(curation, embedder, missing, failures)
    const place = `${paths.prompts}:${curation.lineOf(prompt.id)}`
    for (const [i, failure] of failures)
      options.onNotice?.(`${place}: ${notEmbedded(missing[i], failure)}`)
  }
  return {
    pool: whole.filter((one) => embeddings.has(one)),
    refused: lacking.filter((one) => !embeddings.has(one)),
    embeddings,
  }
}

function notEmbedded(candidate: Candidate | undefined, { message }: Failure): string {
  const text = shortened(candidate?.text ?? '', EXCERPT_CHARACTERS)
  return l10n.t`the response “${text}” (candidate ${candidate?.id ?? ''}) cannot be embedded and was left out: ${asSentence(message)}`
}

const EXCERPT_CHARACTERS = 60

async function leaveOutTexts(
  curation: Curation,
  embedder: string,
  candidates: readonly Candidate[],
  failures: ReadonlyMap<number, Failure>,
): Promise<void> {
  const at = curation.now().toISOString()
  const records = candidates.flatMap(({ id, promptId, text }, i): LeftOutText[] => {
    const failure = failures.get(i)
    if (!failure) return []
    const { message: reason, where } = failure
    return [
      {
        kind: 'text',
        candidateId: id,
        promptId,
        textHash: textHash(text),
        embedder,
        reason,
        ...(where === undefined ? {} : { where }),
        at,
      },
    ]
  })
  if (records.length > 0)
    await curation.store.transaction((transaction) => transaction.appendLeftOut(records))
}
