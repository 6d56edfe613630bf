// By which candidates the features of a rule that learns are defined. A selection names them, so
// that it can be made again from the same features.
// Invariant I24.
import { nextTurn } from '../../async/nextTurn'
import { idsHash, textHash } from '../../core/formats/ids'
import { guardPool } from '../../core/selection/guard'
import type { Candidate, Prompt, Selection } from '../../shared/domain'
import type { FeatureSpace } from '../../shared/selectionProtocol'
import type { EmbeddingStore } from '../../store/embeddings'
import type { Curation } from '../curation'
import { embedderName, type Engine } from '../engine'
import type { EmbedPoolOptions } from '../selection/embedPool'
import { embeddedResponses, embedPrompts } from './promptVectors'

/** Most pools, and most candidates of each: 256 vectors define 24 components. */
const MOST_POOLS = 32
const CANDIDATES_OF_POOL = 8
/** Full pools among which embedded ones are looked for. */
const POOLS_LOOKED_AT = 2 * MOST_POOLS
/** Of a larger pool the first ones, from which degenerate ones are taken out. */
const CANDIDATES_LOOKED_AT = 16

export interface FeatureDefinition {
  /** Hash of the embedder and of the ids and texts of the candidates. */
  id: string
  prompts: readonly Prompt[]
  candidates: readonly (readonly Candidate[])[]
}

/**
 * The features as selections of the round recorded them last, while there are fewer than twice as
 * many pools; else those by 1, 2, 4 … 32 pools that are full and embedded, the first ones in prompt
 * order.
 * @param prompt that of the pool to select from, which is embedded.
 */
export async function currentDefinition(
  curation: Curation,
  embeddings: EmbeddingStore,
  prompt: Prompt,
): Promise<FeatureDefinition> {
  const { learning, round } = curation
  const known = learning.definition(round.number) ?? (await lastRecorded(curation, embeddings))
  const pools = known?.prompts.length ?? 0
  const found = pools === MOST_POOLS ? [] : fullPools(curation, embeddings)
  const full = found.length === 0 ? [prompt] : found
  const wanted = 2 ** Math.floor(Math.log2(full.length))
  const isCurrent = known !== null && pools >= wanted
  return learning.define(
    round.number,
    isCurrent ? known : await definitionBy(curation, embeddings, full.slice(0, wanted)),
  )
}

/** The definition that a selection names; null where its candidates are no longer the same. */
export async function recordedDefinition(
  curation: Curation,
  embeddings: EmbeddingStore,
  id: string,
  pools: readonly string[],
): Promise<FeatureDefinition | null> {
  const prompts = pools.flatMap((promptId) => curation.prompt(promptId) ?? [])
  const found = await definitionBy(curation, embeddings, prompts)
  return found.id === id ? found : null
}

/** Prompts of the pools by which each definition is made, by its id. */
export function recordedPools(selections: Iterable<Selection>): Map<string, readonly string[]> {
  const pools = new Map<string, readonly string[]>()
  for (const { learned } of selections)
    if (learned?.from?.featurePools) pools.set(learned.from.features, learned.from.featurePools)
  return pools
}

/** @throws FailureError of the engine and the file system. */
export async function defineSpace(
  curation: Curation,
  engine: Engine,
  embeddings: EmbeddingStore,
  { prompts, candidates }: FeatureDefinition,
  options: EmbedPoolOptions,
): Promise<FeatureSpace> {
  await embedPrompts(curation, engine, embeddings, prompts, options)
  const groups = prompts.map((prompt, place) =>
    embeddedResponses(embeddings, prompt, candidates[place] ?? []),
  )
  return engine.request('features', { groups, dim: embeddings.dim }, { signal: options.signal })
}

async function lastRecorded(
  curation: Curation,
  embeddings: EmbeddingStore,
): Promise<FeatureDefinition | null> {
  const { store, round } = curation
  const ofRound = [...store.selections.all()].filter((one) => one.round === round.number)
  const [id, pools] = [...recordedPools(ofRound)].at(-1) ?? []
  return id !== undefined && pools ? recordedDefinition(curation, embeddings, id, pools) : null
}

/** At most as many as define features. Each one that is looked at costs the reading of a text. */
function fullPools({ round, store }: Curation, embeddings: EmbeddingStore): Prompt[] {
  const full: Prompt[] = []
  let looked = 0
  for (const prompt of round.prompts) {
    if (full.length === MOST_POOLS || looked === POOLS_LOOKED_AT) break
    if (!round.isComplete(prompt.id)) continue
    looked++
    const [entry] = round.entries(prompt.id)
    const first = entry && store.candidates.candidate(entry.id)
    if (first && embeddings.has(first)) full.push(prompt)
  }
  return full
}

/** Waits between pools: the thread may have keys to answer. */
async function definitionBy(
  curation: Curation,
  embeddings: EmbeddingStore,
  prompts: readonly Prompt[],
): Promise<FeatureDefinition> {
  const candidates: (readonly Candidate[])[] = []
  for (const { id } of prompts) {
    candidates.push(definingCandidates(curation, id, embeddings))
    await nextTurn()
  }
  const names = candidates.flat().map(({ id, text }) => `${id} ${textHash(text)}`)
  const id = idsHash([embedderName(curation.settings.embedder), ...names])
  return { id, prompts, candidates }
}

/** The first ones that are not degenerate. */
function definingCandidates(
  { round, store }: Curation,
  promptId: string,
  embeddings: EmbeddingStore,
): readonly Candidate[] {
  const pool = round
    .entries(promptId)
    .slice(0, CANDIDATES_LOOKED_AT)
    .flatMap(({ id }) => store.candidates.candidate(id) ?? [])
    .filter((one) => embeddings.has(one))
  const { kept } = guardPool(
    pool.map(({ id, text }) => ({ id, text, isCutOff: false, isSeen: false })),
    { repeatedTexts: [], enabled: true, k: 2 },
  )
  return kept.slice(0, CANDIDATES_OF_POOL).flatMap((place) => pool[place] ?? [])
}
