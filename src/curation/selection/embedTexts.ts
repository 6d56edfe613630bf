// Vectors of texts as they are stored. Texts that cannot be embedded get none.
import * as l10n from '@vscode/l10n'
import type { EmbedResult, ModelRequest } from '../../shared/engineProtocol'
import { type Failure, failureError } from '../../shared/errors'
import type { Engine } from '../engine'

/** A candidate or a prompt, under whose id its vector is stored. */
export interface EmbeddedText {
  id: string
  text: string
}

export interface EmbeddedTexts {
  /** The texts that have a vector, in their order. */
  good: readonly EmbeddedText[]
  /** Row-major, one row per good text. */
  rows: Float32Array
  dim: number
  /** Why texts have none, by their places. */
  failures: ReadonlyMap<number, Failure>
}

interface EmbedTextsOptions {
  embedder: ModelRequest
  signal: AbortSignal
  /** Called with what a person should know of the embedder. */
  onNotice?: ((sentence: string) => void) | undefined
}

/** @throws FailureError of the engine. */
export async function embedTexts(
  engine: Engine,
  texts: readonly EmbeddedText[],
  { embedder, signal, onNotice }: EmbedTextsOptions,
): Promise<EmbeddedTexts> {
  const request = { embedder, texts: texts.map(({ text }) => text) }
  const result = await engine.request('embed', request, {
    signal,
    onProgress: (news) => {
      if (news.kind === 'notice') onNotice?.(news.sentence)
    },
  })
  const failures = failuresIn(result)
  const places = [...texts.keys()].filter((place) => !failures.has(place))
  return {
    good: places.flatMap((place) => texts[place] ?? []),
    rows: rowsOf(result, places),
    dim: result.dim,
    failures,
  }
}

/** The failure of each text whose vector holds a value that is not a number. */
export const NOT_NUMBERS = failureError(
  'prompt-refused',
  l10n.t('The embedder computes values that are not numbers.'),
  { remedy: l10n.t('Choose another embedder.') },
)

/** By the place of the text. */
function failuresIn({ vectors, dim, refused = [] }: EmbedResult): Map<number, Failure> {
  const failures = new Map(refused.map(({ index, failure }) => [index, failure]))
  const count = vectors.length / dim
  for (let i = 0; i < count; i++)
    if (!failures.has(i) && !vectors.subarray(i * dim, (i + 1) * dim).every(Number.isFinite))
      failures.set(i, NOT_NUMBERS.failure)
  return failures
}

function rowsOf({ vectors, dim }: EmbedResult, places: readonly number[]): Float32Array {
  const rows = new Float32Array(places.length * dim)
  for (const [to, from] of places.entries())
    rows.set(vectors.subarray(from * dim, (from + 1) * dim), to * dim)
  return rows
}
