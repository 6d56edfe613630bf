// What a rule that learns knows when it selects from a pool, and the record of what that rests on.
// Invariant I24.
import { nextTurn } from '../../async/nextTurn'
import { featuresIn } from '../../core/selection/features/features'
import { LABEL_RULES } from '../../core/selection/rules'
import type { Learned, LearnedFrom, LabelMethod, Prompt, Selection } from '../../shared/domain'
import type { LearnedParams } from '../../shared/selectionProtocol'
import type { EmbeddingStore } from '../../store/embeddings'
import type { Curation } from '../curation'
import type { Engine } from '../engine'
import { comparisonOf } from '../labelling/comparison'
import type { Label } from '../labelling/labels'
import { type EmbedPoolOptions, embedPool } from '../selection/embedPool'
import { AnnotationSets, namedSet } from './annotationSets'
import { currentDefinition, defineSpace, recordedPools } from './featureDefinition'
import type { KnownSpace } from './knownSpace'
import { embeddedResponses, embedPrompts, promptVector } from './promptVectors'

export interface Knowledge {
  record: Learned
  /** Absent: the labels are too few. */
  params?: LearnedParams
}

/** Labels whose features are computed in one turn of the event loop. */
const LABELS_IN_TURN = 16
/** Prompts that are embedded by one request. */
const PROMPTS_AT_ONCE = 256

/**
 * From the labels that the store knows now. Keys have their turn between steps that go through all
 * labels.
 * @throws FailureError of the engine and the file system.
 */
export async function learn(
  curation: Curation,
  engine: Engine,
  {
    method,
    prompt,
    embeddings,
  }: { method: LabelMethod; prompt: Prompt; embeddings: EmbeddingStore },
  options: EmbedPoolOptions,
): Promise<Knowledge> {
  await nextTurn()
  const all = curation.learning.labels(curation).all()
  if (all.length < LABEL_RULES[method].fewestLabels) return { record: { labels: all.length } }
  await nextTurn()
  const definition = await currentDefinition(curation, embeddings, prompt)
  const known = await curation.learning.space(definition.id, () =>
    defineSpace(curation, engine, embeddings, definition, options),
  )
  const means = { engine, embeddings, known, options }
  const ids = await compared(curation, all, means)
  await nextTurn()
  const earlier = await earlierSet(curation)
  await nextTurn()
  const named = namedSet(ids, earlier)
  await nextTurn()
  const { selections } = curation.store
  const isRecorded = recordedPools(selections.all()).has(definition.id)
  const from: LearnedFrom = {
    ...named,
    features: definition.id,
    ...(isRecorded ? {} : { featurePools: definition.prompts.map(({ id }) => id) }),
  }
  await nextTurn()
  return {
    record: { labels: ids.length, from },
    params: await paramsFor(curation, prompt, ids, means),
  }
}

export interface LearningMeans {
  engine: Engine
  embeddings: EmbeddingStore
  known: KnownSpace
  options: EmbedPoolOptions
}

/** @param annotationIds those of labels whose comparisons are known. */
export async function paramsFor(
  curation: Curation,
  prompt: Prompt,
  annotationIds: readonly string[],
  { engine, embeddings, known, options }: LearningMeans,
): Promise<LearnedParams> {
  await embedPrompts(curation, engine, embeddings, [prompt], options)
  return {
    space: known.space,
    promptVector: promptVector(embeddings, prompt),
    labels: await known.heldBy(engine, annotationIds, options.signal),
  }
}

/**
 * Computes what labels compared, where it is not known.
 * @returns the ids of their annotations, without those whose texts cannot be embedded.
 */
export async function compared(
  curation: Curation,
  labels: readonly Label[],
  means: LearningMeans,
): Promise<string[]> {
  const { comparisons } = means.known
  const fresh = labels.filter(({ annotation }) => !comparisons.has(annotation.id))
  await embedPromptsOf(curation, fresh, means)
  for (const [place, { annotation, selection }] of fresh.entries()) {
    const features = await featuresOf(curation, selection, means)
    if (features)
      comparisons.add(annotation.id, {
        preference: annotation.preference,
        candidateIds: selection.candidateIds,
        features,
      })
    if (place % LABELS_IN_TURN === 0) await nextTurn()
  }
  return labels.map(({ annotation }) => annotation.id).filter((id) => comparisons.has(id))
}

/** Many at once: the engine is asked once, and the index is written once. */
async function embedPromptsOf(
  curation: Curation,
  labels: readonly Label[],
  { engine, embeddings, options }: LearningMeans,
): Promise<void> {
  const ids = [...new Set(labels.map(({ selection }) => selection.promptId))]
  for (let from = 0; from < ids.length; from += PROMPTS_AT_ONCE) {
    options.signal.throwIfAborted()
    const prompts = ids
      .slice(from, from + PROMPTS_AT_ONCE)
      .flatMap((id) => curation.prompt(id) ?? [])
    await embedPrompts(curation, engine, embeddings, prompts, options)
    await nextTurn()
  }
}

/** Of the candidates of a selection; null where they cannot be embedded. */
async function featuresOf(
  curation: Curation,
  selection: Selection,
  { engine, embeddings, known, options }: LearningMeans,
): Promise<Float64Array | null> {
  const comparison = comparisonOf(curation, selection)
  if (!comparison) return null
  const { prompt, texts: candidates } = comparison
  const areEmbedded = (): boolean => candidates.every((one) => embeddings.has(one))
  if (!areEmbedded()) await embedPool(curation, engine, prompt, options)
  if (!areEmbedded()) return null
  await embedPrompts(curation, engine, embeddings, [prompt], options)
  return featuresIn(known.space, embeddedResponses(embeddings, prompt, candidates), embeddings.dim)
}

/** The set of the last selection that carries a label: such selections stay in the journal. */
async function earlierSet({
  store: { annotations, selections },
}: Curation): Promise<Parameters<typeof namedSet>[1]> {
  const all = [...selections.all()]
  const last = all.findLast(
    ({ id, learned }) => learned?.from !== undefined && annotations.isAnnotated(id),
  )
  if (!last?.learned?.from) return null
  const { annotations: hash } = last.learned.from
  const sets = new AnnotationSets(all)
  await nextTurn()
  const ids = sets.ids(hash)
  return ids && { annotations: hash, ids }
}
