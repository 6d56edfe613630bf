// Which comparison to show, and how: its responses in shuffled order, blind where the curation is.
import * as l10n from '@vscode/l10n'
import { destination } from '../../core/annotation/navigation'
import { shuffledOrder } from '../../core/annotation/order'
import type { Annotation, Candidate, Selection } from '../../shared/domain'
import type { Task, TaskRequest } from '../../shared/curationViews'
import type { Curation } from '../curation'
import { modelName } from '../engine'
import { comparisonOf, type SelectionComparison } from './comparison'

/** null when there is none: all is decided, or nothing is selected yet. */
export function findTask(curation: Curation, request: TaskRequest): Task | null {
  const selection = findSelection(curation, request)
  return selection ? taskOf(curation, selection) : null
}

function findSelection(curation: Curation, request: TaskRequest): Selection | undefined {
  const labelled = standing(curation)
  return destination(curation.round.selections(), request, {
    id: ({ id }) => id,
    position: ({ promptId }) => curation.placeOf(promptId),
    isOpen: ({ id }) => !labelled.has(id),
  })
}

const standing = ({ store, annotator }: Curation): ReadonlyMap<string, Annotation> =>
  store.annotations.standing(annotator)

const flagged = ({ store, annotator }: Curation): ReadonlySet<string> =>
  store.annotations.flagged(annotator)

/** A selection as its annotator sees it; null when its prompt is gone. */
export function taskOf(curation: Curation, selection: Selection): Task | null {
  const comparison = comparisonOf(curation, selection)
  if (!comparison) return null
  const annotation = standing(curation).get(selection.id)
  const isRevealed = !curation.settings.annotation.blind || annotation !== undefined
  return {
    selectionId: selection.id,
    promptId: selection.promptId,
    prompt: comparison.prompt.messages,
    responses: inShownOrder(curation, comparison, annotation).map((candidate) => ({
      candidateId: candidate.id,
      text: candidate.text,
      finishReason: candidate.finishReason,
      tokenCount: candidate.tokenCount,
      origin: isRevealed ? originOf(curation, candidate) : null,
    })),
    position: curation.placeOf(comparison.prompt.id),
    total: curation.prompts.length,
    place: (selection.after?.selectionIds.length ?? 0) + 1,
    preference: annotation?.preference ?? null,
    edit: annotation?.edit ?? null,
    milliseconds: annotation?.milliseconds ?? 0,
    note: annotation?.note ?? '',
    flagged: flagged(curation).has(selection.promptId),
    removed: countReasons(selection),
    poolSize: selection.n + selection.removed.length,
  }
}

function inShownOrder(
  { annotator }: Curation,
  { id, texts }: SelectionComparison,
  annotation: Annotation | undefined,
): readonly Candidate[] {
  const byId = new Map(texts.map((text) => [text.id, text]))
  const order = annotation?.shownOrder ?? shuffledOrder(id, annotator, [...byId.keys()])
  return order.flatMap((each) => byId.get(each) ?? [])
}

/**
 * The model that an imported response names, one of several generators, or another model than the
 * only generator; null for none.
 */
function originOf(
  { store, rounds }: Curation,
  { origin, generationId, round }: Candidate,
): string | null {
  const generators = rounds.find(({ number }) => number === round)?.generators ?? []
  const generation = store.candidates.generation(generationId)
  if (origin !== undefined || !generation) return origin ?? null
  const isOnlyOne = generators.length === 1 && generators[0]?.model === generation.model
  if (isOnlyOne || generation.sampling === null) return null
  const name = modelName(generation.model)
  const isShared = generators.filter(({ model }) => modelName(model) === name).length > 1
  return isShared && generation.server !== undefined
    ? l10n.t`${name} at ${generation.server}`
    : name
}

function countReasons({ removed }: Selection): Task['removed'] {
  const counts = new Map<Task['removed'][number]['reason'], number>()
  for (const { reason } of removed) counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].map(([reason, count]) => ({ reason, count }))
}
