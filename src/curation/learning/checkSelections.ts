// Makes selections again from what their records name, and compares.
// Invariant I24.
import * as l10n from '@vscode/l10n'
import { idsHash } from '../../core/formats/ids'
import type {
  Annotation,
  LearnedFrom,
  Prompt,
  Selection,
  SelectionMethod,
} from '../../shared/domain'
import type { LearnedParams } from '../../shared/selectionProtocol'
import type { EmbeddingStore } from '../../store/embeddings'
import type { Curation } from '../curation'
import type { Engine } from '../engine'
import type { Label } from '../labelling/labels'
import { embedPool, type EmbedPoolOptions } from '../selection/embedPool'
import { AnnotationSets } from './annotationSets'
import { defineSpace, recordedDefinition, recordedPools } from './featureDefinition'
import { inOrder } from './labelsToLearn'
import { compared, paramsFor } from './learn'

export interface CheckedSelections {
  /** Made again with the same candidates. */
  same: number
  /** Ids of selections that came out with other candidates. */
  different: string[]
  /** What a selection rests on is not there any more. */
  notRepeatable: { id: string; why: string }[]
}

/**
 * Checks every selection of the round that a method made. What the guard removed is taken from the
 * record.
 * @throws FailureError of the engine and the file system.
 */
export async function checkSelections(
  curation: Curation,
  engine: Engine,
  {
    onProgress,
    ...options
  }: EmbedPoolOptions & { onProgress: (done: number, total: number) => void },
): Promise<CheckedSelections> {
  const { store, round } = curation
  const check = new Check(curation, engine, options)
  const made = [...store.selections.all()].filter((one) => one.round === round.number)
  const result: CheckedSelections = { same: 0, different: [], notRepeatable: [] }
  for (const [done, selection] of made.entries()) {
    options.signal.throwIfAborted()
    onProgress(done, made.length)
    if (selection.method === 'given') continue
    const again = await check.again(selection, selection.method)
    if (!Array.isArray(again)) result.notRepeatable.push({ id: selection.id, why: again.why })
    else if (again.join() === selection.candidateIds.join()) result.same++
    else result.different.push(selection.id)
  }
  return result
}

interface Missing {
  why: string
}

class Check {
  private readonly sets: AnnotationSets
  private readonly pools: ReadonlyMap<string, readonly string[]>
  private readonly annotations: ReadonlyMap<string, Annotation>

  constructor(
    private readonly curation: Curation,
    private readonly engine: Engine,
    private readonly options: EmbedPoolOptions,
  ) {
    const { annotations, selections } = curation.store
    this.sets = new AnnotationSets(selections.all())
    this.pools = recordedPools(selections.all())
    this.annotations = new Map([...annotations.all()].map((one) => [one.id, one]))
  }

  /** The candidates that are selected now, from the pool, labels and features of the record. */
  async again(selection: Selection, method: SelectionMethod): Promise<string[] | Missing> {
    const { curation, engine, options } = this
    const { promptId, k, lambda, n, removed, learned } = selection
    const prompt = curation.round.prompts.find(({ id }) => id === promptId)
    if (!prompt) return { why: l10n.t('Its prompt is gone.') }
    const { pool, embeddings } = await embedPool(curation, engine, prompt, options)
    const out = new Set(removed.map(({ id }) => id))
    const kept = pool.filter(({ id }) => !out.has(id))
    if (kept.length !== n || !curation.store.selections.selection(selection.id))
      return { why: l10n.t('Its pool holds other candidates now.') }
    const params: { learned?: LearnedParams } | Missing = learned?.from
      ? await this.params(prompt, learned.from, embeddings)
      : {}
    if ('why' in params) return params
    const { candidateIds } = await engine.request(
      'select',
      {
        pool: kept.map(({ id, text }) => ({ id, text, isCutOff: false, isSeen: false })),
        vectors: embeddings.vectors(kept),
        dim: embeddings.dim,
        settings: { method, k, lambda, guard: false },
        repeatedTexts: [],
        seed: curation.settings.sampling.seed,
        ...params,
      },
      { signal: options.signal },
    )
    return candidateIds
  }

  private async params(
    prompt: Prompt,
    from: LearnedFrom,
    embeddings: EmbeddingStore,
  ): Promise<{ learned: LearnedParams } | Missing> {
    const { curation, engine, options } = this
    const labels = this.labels(from)
    if ('why' in labels) return labels
    const pools = this.pools.get(from.features)
    const definition =
      pools && (await recordedDefinition(curation, embeddings, from.features, pools))
    if (!definition)
      return { why: l10n.t('The candidates that define its features are not the same any more.') }
    const known = await curation.learning.space(definition.id, () =>
      defineSpace(curation, engine, embeddings, definition, options),
    )
    const means = { engine, embeddings, known, options }
    const ids = await compared(curation, labels, means)
    return { learned: await paramsFor(curation, prompt, ids, means) }
  }

  private labels({ annotations }: LearnedFrom): Label[] | Missing {
    const missing = { why: l10n.t('The journals lack annotations that it learned from.') }
    const ids = this.sets.ids(annotations)
    if (!ids) return missing
    const labels = [...ids].flatMap((id): Label[] => {
      const annotation = this.annotations.get(id)
      const selection =
        annotation && this.curation.store.selections.selection(annotation.selectionId)
      return annotation && selection ? [{ annotation, selection }] : []
    })
    labels.sort((one, other) => inOrder(one.annotation, other.annotation))
    return idsHash(labels.map(({ annotation }) => annotation.id)) === annotations ? labels : missing
  }
}
