// The labels of an annotator with their texts and vectors, as the analysis reads them.
import { nextTurn } from '../async/nextTurn'
import { outcomesOf } from '../core/annotation/tiers'
import type { Material, MaterialLabel } from '../core/labelAnalysis/analyse'
import { embeddablePrompt } from '../core/selection/embeddablePrompt'
import type { Curation } from '../curation/curation'
import { comparisonOf } from '../curation/labelling/comparison'
import type { EmbeddedText } from '../curation/selection/embedTexts'
import type { Candidate, Prompt } from '../shared/domain'
import type { GivenLabel } from './givenLabels'
import { TextVectors, type TextVectorOptions } from './vectors'

/** Other candidates of the same pools, in all and per prompt: they fix the scale of features. */
const OTHERS = { all: 4000, perPrompt: 6 }
/** Prompts after which other work of the process has its turn. */
const PROMPTS_AT_ONCE = 20

/** A prompt with its labels, and other candidates of its pool. */
interface LabelledPrompt {
  prompt: Prompt
  readonly labels: (GivenLabel & { texts: readonly Candidate[] })[]
  others: readonly Candidate[]
}

interface Growing {
  groups: Material['groups'][number][]
  labels: MaterialLabel[]
}

/** @throws FailureError of the engine, the journals and the cache. */
export async function materialOf(
  curation: Curation,
  labels: readonly GivenLabel[],
  options: TextVectorOptions,
): Promise<Material> {
  const prompts = await labelledPrompts(curation, labels, options.signal)
  const needed = prompts.flatMap(({ prompt, labels: own }) => [
    embeddablePrompt(prompt),
    ...own.flatMap(({ texts }) => texts),
  ])
  const vectors = await TextVectors.of(curation, needed, options)
  const material: Growing = { groups: [], labels: [] }
  for (const [place, labelled] of prompts.entries()) {
    if (place % PROMPTS_AT_ONCE === 0) await pause(options.signal)
    addPrompt(material, labelled, vectors)
  }
  return { ...material, vectorDim: vectors.dim }
}

async function labelledPrompts(
  curation: Curation,
  labels: readonly GivenLabel[],
  signal: AbortSignal,
): Promise<LabelledPrompt[]> {
  const prompts = new Map<string, LabelledPrompt>()
  for (const label of labels) {
    const comparison = comparisonOf(curation, label.selection)
    if (!comparison) continue
    const { prompt, texts } = comparison
    const known = prompts.get(prompt.id)
    if (known) known.labels.push({ ...label, texts })
    else prompts.set(prompt.id, { prompt, labels: [{ ...label, texts }], others: [] })
    if (prompts.size % PROMPTS_AT_ONCE === 0) await pause(signal)
  }
  const most = Math.min(OTHERS.perPrompt, Math.floor(OTHERS.all / Math.max(1, prompts.size)))
  if (most === 0) return [...prompts.values()]
  for (const [place, labelled] of [...prompts.values()].entries()) {
    if (place % PROMPTS_AT_ONCE === 0) await pause(signal)
    labelled.others = othersOf(curation, labelled, most)
  }
  return [...prompts.values()]
}

/** Of the pool of the first label. */
function othersOf(
  { store }: Curation,
  { prompt, labels }: LabelledPrompt,
  most: number,
): Candidate[] {
  const shown = new Set(labels.flatMap(({ texts }) => texts.map(({ id }) => id)))
  return store.candidates
    .entries(prompt.id, labels[0]?.selection.round ?? 1)
    .filter(({ id }) => !shown.has(id))
    .slice(0, most)
    .flatMap(({ id }) => store.candidates.candidate(id) ?? [])
}

/** Labels with a text that has no vector are left out: the embedder refuses it. */
function addPrompt(
  material: Growing,
  { prompt, labels, others }: LabelledPrompt,
  vectors: TextVectors,
): void {
  const usable = labels.filter(({ texts }) => texts.every((text) => vectors.has(text)))
  const asked = embeddablePrompt(prompt)
  if (usable.length === 0 || !vectors.has(asked)) return
  const texts = new Map(
    [...usable.flatMap((label) => label.texts), ...others.filter((one) => vectors.has(one))].map(
      (each) => [each.id, each],
    ),
  )
  const ids = [...texts.keys()]
  const characters = (shown: readonly EmbeddedText[]): number =>
    shown.reduce((sum, { text }) => sum + text.length, asked.text.length)
  for (const { selection, annotation, isGivenAgain, texts: shown } of usable)
    material.labels.push({
      selectionId: selection.id,
      promptId: prompt.id,
      group: material.groups.length,
      pairs: pairsOf(annotation, shown, (id) => ids.indexOf(id)),
      milliseconds: annotation.milliseconds,
      characters: characters(shown),
      isGivenAgain,
    })
  material.groups.push({
    texts: [...texts.values()].map(({ text }) => text),
    vectors: vectors.stacked([...texts.values()]),
    promptVector: vectors.stacked([asked]),
  })
}

const pairsOf = (
  { preference }: GivenLabel['annotation'],
  shown: readonly Candidate[],
  placeOf: (id: string) => number,
): MaterialLabel['pairs'] =>
  shown.flatMap((first, i) =>
    shown.slice(i + 1).flatMap((second) =>
      outcomesOf([preference], first.id, second.id).map((outcome) => ({
        one: placeOf(first.id),
        other: placeOf(second.id),
        outcome,
      })),
    ),
  )

async function pause(signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await nextTurn()
}
