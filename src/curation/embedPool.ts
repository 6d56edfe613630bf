// The vectors of a pool, computed where they are missing. Texts that cannot be embedded are left
// out.
// Invariant I21.
import * as l10n from '@vscode/l10n'
import { textHash } from '../core/formats/ids'
import { shortened } from '../core/formats/values'
import type { Candidate, LeftOutText, Prompt } from '../shared/domain'
import type { EmbedResult } from '../shared/engineProtocol'
import { asSentence, type Failure, failureError } from '../shared/errors'
import type { EmbeddingStore } from '../store/embeddings'
import type { Curation } from './curation'
import { embedderName, embedderRequest, type Engine } from './engine'

export interface EmbeddedPool {
  /** The candidates that have a vector, in the order of their indices. */
  pool: readonly Candidate[]
  /** Those whose texts cannot be embedded. */
  refused: readonly Candidate[]
  embeddings: EmbeddingStore
}

export interface EmbedOptions {
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
  options: EmbedOptions,
): Promise<EmbeddedPool> {
  const { round, settings, store, paths } = curation
  const whole = round.pool(prompt.id)
  const embedder = embedderName(settings.embedder)
  const embeddings = await store.embeddings(embedder)
  const isLeftOut = ({ id, text }: Candidate): boolean =>
    store.leftOut.text({ candidateId: id, embedder })?.textHash === textHash(text)
  const missing = whole.filter(
    (one) => !embeddings.has(one) && (options.retriesLeftOut === true || !isLeftOut(one)),
  )
  if (missing.length > 0) {
    const texts = missing.map(({ text }) => text)
    const request = { embedder: embedderRequest(settings.embedder, paths), texts }
    const result = await engine.request('embed', request, {
      signal: options.signal,
      onProgress: (news) => {
        if (news.kind === 'notice') options.onNotice?.(news.sentence)
      },
    })
    const failures = failuresIn(result)
    const good = missing.flatMap((candidate, i) => (failures.has(i) ? [] : [{ candidate, i }]))
    await embeddings.append(
      good.map(({ candidate }) => candidate),
      rowsOf(
        result,
        good.map(({ i }) => i),
      ),
      result.dim,
    )
    await leaveOutTexts(curation, embedder, missing, failures)
    const place = `${paths.prompts}:${curation.lineOf(prompt.id)}`
    for (const [i, failure] of failures)
      options.onNotice?.(`${place}: ${notEmbedded(missing[i], failure)}`)
  }
  return {
    pool: whole.filter((one) => embeddings.has(one)),
    refused: whole.filter((one) => !embeddings.has(one)),
    embeddings,
  }
}

function notEmbedded(candidate: Candidate | undefined, { message }: Failure): string {
  const text = shortened(candidate?.text ?? '', EXCERPT_CHARACTERS)
  return l10n.t`the response “${text}” (candidate ${candidate?.id ?? ''}) cannot be embedded and was left out: ${asSentence(message)}`
}

const EXCERPT_CHARACTERS = 60

/**
 * By the place of the text.
 * @throws FailureError if no row holds numbers: the model is at fault.
 */
function failuresIn({ vectors, dim, refused = [] }: EmbedResult): Map<number, Failure> {
  const failures = new Map(refused.map(({ index, failure }) => [index, failure]))
  const count = vectors.length / dim
  let broken = 0
  for (let i = 0; i < count; i++) {
    if (failures.has(i) || vectors.subarray(i * dim, (i + 1) * dim).every(Number.isFinite)) continue
    failures.set(i, NOT_NUMBERS.failure)
    broken++
  }
  if (broken > 1 && failures.size === count) throw NOT_NUMBERS
  return failures
}

const NOT_NUMBERS = failureError(
  'prompt-refused',
  l10n.t('The embedder computes values that are not numbers.'),
  { remedy: l10n.t('Choose another embedder.') },
)

function rowsOf({ vectors, dim }: EmbedResult, places: readonly number[]): Float32Array {
  const rows = new Float32Array(places.length * dim)
  for (const [to, from] of places.entries())
    rows.set(vectors.subarray(from * dim, (from + 1) * dim), to * dim)
  return rows
}

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
