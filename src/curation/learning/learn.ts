// What a rule that learns knows when it selects from a pool, and the record of what that rests on.
// Invariant I24.
import { nextTurn } from '../../async/nextTurn'
import { comparisonsOf } from '../../core/selection/comparisons'
import { featureCount, featuresIn } from '../../core/selection/features/features'
import { fewestLabels } from '../../core/selection/learner'
import { LABEL_RULES } from '../../core/selection/rules'
import type { Learned, LearnedFrom, LabelMethod, Prompt } from '../../shared/domain'
import type { FeatureSpace, LearnedParams } from '../../shared/selectionProtocol'
import type { EmbeddingStore } from '../../store/embeddings'
import { comparisonOf } from '../comparison'
import type { Curation } from '../curation'
import { type EmbedPoolOptions, embedPool } from '../embedPool'
import type { Engine } from '../engine'
import type { Label } from '../labels'
import { AnnotationSets, namedSet } from './annotationSets'
import { currentDefinition, defineSpace, recordedPools } from './featureDefinition'
import { labelsToLearn } from './labelsToLearn'
import { embeddedResponses, embedPrompts, promptVector } from './promptVectors'

export interface Knowledge {
  record: Learned
  /** Absent: the labels are too few. */
  params?: LearnedParams
}

/** Labels whose features are computed in one turn of the event loop. */
const LABELS_IN_TURN = 16

/**
 * From the labels that the store knows now.
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
  const all = labelsToLearn(curation)
  if (all.length < fewestLabels(LABEL_RULES[method].learnsFrom))
    return { record: { labels: all.length } }
  const definition = await currentDefinition(curation, embeddings, prompt)
  const space = await curation.learning.space(definition.id, () =>
    defineSpace(curation, engine, embeddings, definition, options),
  )
  const means = { engine, embeddings, space, options }
  const labels = await featured(curation, all, means)
  const { selections } = curation.store
  const isRecorded = recordedPools(selections.all()).has(definition.id)
  const from: LearnedFrom = {
    ...namedSet(
      labels.map(({ annotation }) => annotation.id),
      earlierSet(curation),
    ),
    features: definition.id,
    ...(isRecorded ? {} : { featurePools: definition.prompts.map(({ id }) => id) }),
  }
  return {
    record: { labels: labels.length, from },
    params: await paramsFor(curation, prompt, labels, means),
  }
}

export interface LearningMeans {
  engine: Engine
  embeddings: EmbeddingStore
  space: FeatureSpace
  options: EmbedPoolOptions
}

/** A label with the features of its selection's candidates. */
interface LearnedLabel extends Label {
  features: Float64Array
}

export async function paramsFor(
  curation: Curation,
  prompt: Prompt,
  labels: readonly LearnedLabel[],
  { engine, embeddings, space, options }: LearningMeans,
): Promise<LearnedParams> {
  await embedPrompts(curation, engine, embeddings, [prompt], options)
  return {
    space,
    promptVector: promptVector(embeddings, prompt),
    labels: comparisonsOf(
      labels.map(({ annotation, selection, features }) => ({
        preference: annotation.preference,
        candidateIds: selection.candidateIds,
        features,
      })),
      featureCount(space),
    ),
  }
}

/** Labels with the features of what they compared; without those that cannot be embedded. */
export async function featured(
  curation: Curation,
  labels: readonly Label[],
  means: LearningMeans,
): Promise<LearnedLabel[]> {
  const found: LearnedLabel[] = []
  let computed = 0
  for (const label of labels) {
    const { id } = label.selection
    const known = curation.learning.features(id)
    const features = known ?? (await featuresOfLabel(curation, label, means))
    if (!features) continue
    found.push({ ...label, features })
    if (known) continue
    curation.learning.keep(id, features)
    if (++computed % LABELS_IN_TURN === 0) await nextTurn()
  }
  return found
}

async function featuresOfLabel(
  curation: Curation,
  { selection }: Label,
  { engine, embeddings, space, options }: LearningMeans,
): Promise<Float64Array | null> {
  const comparison = comparisonOf(curation, selection)
  if (!comparison) return null
  const { prompt, texts: candidates } = comparison
  const areEmbedded = (): boolean => candidates.every((one) => embeddings.has(one))
  if (!areEmbedded()) await embedPool(curation, engine, prompt, options)
  if (!areEmbedded()) return null
  await embedPrompts(curation, engine, embeddings, [prompt], options)
  return featuresIn(space, embeddedResponses(embeddings, prompt, candidates), embeddings.dim)
}

/** The set of the last selection that carries a label: such selections stay in the journal. */
function earlierSet({
  store: { annotations, selections },
}: Curation): Parameters<typeof namedSet>[1] {
  const all = [...selections.all()]
  const last = all.findLast(
    ({ id, learned }) => learned?.from !== undefined && annotations.isAnnotated(id),
  )
  if (!last?.learned?.from) return null
  const { annotations: hash } = last.learned.from
  const ids = new AnnotationSets(all).ids(hash)
  return ids && { annotations: hash, ids }
}
