// Candidates sampled with other settings than the curation file has now: found, and set aside when
// they are to be sampled again.
import { canonicalJson, generationId } from '../../core/formats/ids'
import type { GenerationRecord } from '../../core/formats/records'
import type { EarlierCandidates } from '../../shared/curationViews'
import type { CandidateEntry } from '../../store/indexes'
import type { EarlierRecords } from '../../store/setAside'
import type { Curation } from '../curation'

/** Generation id → names of the settings that are others now; only where some are. */
type ChangedSettings = ReadonlyMap<string, readonly string[]>

/**
 * Those in pools that nobody has decided on; null when there are none. Pools with a decision stay
 * as they were when it was made, and imported responses have no settings.
 */
export function earlierCandidates(curation: Curation): EarlierCandidates | null {
  const changed = changedSettings(curation)
  const found = new Set<string>()
  let candidates = 0
  for (const { earlier } of earlierInPools(curation, changed)) {
    candidates += earlier.length
    for (const { generationId: id } of earlier)
      for (const setting of changed.get(id) ?? []) found.add(setting)
  }
  return candidates === 0 ? null : { candidates, settings: [...found].sort(), key: keyOf(curation) }
}

/**
 * Takes them, and the selections from their pools, out of the journals. Copies of the whole
 * journals are kept under names with the time.
 * @returns the copy of the journal of candidates; null when there was nothing to do.
 * @throws FailureError `busy` while candidates are generated; `disk-full`, `no-permission`.
 */
export async function setEarlierAside(curation: Curation, now: Date): Promise<string | null> {
  const { release } = await curation.store.lockForGeneration()
  try {
    return await curation.store.transaction(async (transaction) => {
      const leaving = earlierRecords(curation)
      const stamp = now.toISOString().slice(0, 19).replaceAll(':', '-')
      return leaving && transaction.setAside(leaving, stamp)
    })
  } finally {
    await release()
  }
}

/**
 * A selection that was decided on stays even where its candidates have other texts now: should
 * those texts come back, it counts again.
 */
function earlierRecords(curation: Curation): EarlierRecords | null {
  const { store, round } = curation
  const candidateIds = new Set<string>()
  const promptIds = new Set<string>()
  for (const { promptId, earlier } of earlierInPools(curation, changedSettings(curation))) {
    promptIds.add(promptId)
    for (const { id } of earlier) candidateIds.add(id)
  }
  if (candidateIds.size === 0) return null
  const selectionIds = new Set<string>()
  for (const selection of store.selections.all())
    if (
      selection.round === round.number &&
      promptIds.has(selection.promptId) &&
      !store.annotations.isAnnotated(selection.id)
    )
      selectionIds.add(selection.id)
  return { candidateIds, selectionIds }
}

/** The earlier candidates of each pool that has some and that nobody has decided on. */
function* earlierInPools(
  { round }: Curation,
  changed: ChangedSettings,
): Generator<{ promptId: string; earlier: readonly CandidateEntry[] }, undefined> {
  if (changed.size === 0) return
  for (const { id: promptId } of round.prompts) {
    const earlier = round.entries(promptId).filter(({ generationId: id }) => changed.has(id))
    if (earlier.length > 0 && !round.isDecided(promptId)) yield { promptId, earlier }
  }
}

function changedSettings(curation: Curation): ChangedSettings {
  const changed = new Map<string, readonly string[]>()
  for (const record of curation.store.candidates.allGenerations()) {
    const names = namesOfChanged(record, curation)
    if (names.length > 0) changed.set(record.id, names)
  }
  return changed
}

/**
 * The device and the address of a server are no settings of what is sampled; neither is how many
 * there are.
 */
function namesOfChanged(
  { model, server, template, reasoning, sampling: used }: GenerationRecord,
  { settings, round }: Curation,
): string[] {
  if (used === null) return []
  const { n, ...sampling } = settings.sampling
  const generators = round.generators.filter(
    (generator) =>
      generator.model === model && (generator.server === undefined) === (server === undefined),
  )
  const isTemplate =
    generators.length === 0 ||
    generators.some((generator) => canonicalJson(generator.template) === canonicalJson(template))
  const isReasoning =
    generators.length === 0 ||
    generators.some((generator) => (generator.reasoning === 'inText') === (reasoning === 'inText'))
  return [
    ...(generators.length > 0 ? [] : ['model']),
    ...(isTemplate ? [] : ['template']),
    ...(isReasoning ? [] : ['reasoning']),
    ...Object.entries(sampling)
      .filter(([key, value]) => used[key] !== value)
      .map(([key]) => key),
  ]
}

/** Names the settings as they are now. */
function keyOf({ settings, round }: Curation): string {
  const { n, ...sampling } = settings.sampling
  return generationId({
    kind: 'generation',
    model: round.generators
      .map(
        ({ model, template, reasoning = '' }) =>
          `${model}${template === undefined ? '' : canonicalJson(template)}${reasoning}`,
      )
      .join(' '),
    device: '',
    sampling,
  })
}
