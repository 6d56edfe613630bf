// Candidates sampled with other settings than the curation file has now: found, and set aside when
// they are to be sampled again.
import { canonicalJson, generationId } from '../core/formats/ids'
import { generatorsOf } from '../core/formats/modelSettings'
import type { GenerationRecord } from '../core/formats/records'
import type { Prompt } from '../shared/domain'
import type { EarlierCandidates } from '../shared/editorProtocol'
import type { Leaving } from '../store/setAside'
import type { Curation } from './curation'

/**
 * Those in pools that nobody has decided on; null when there are none. Pools with a decision stay
 * as they were when it was made, and imported responses have no settings.
 */
export function earlierCandidates(curation: Curation): EarlierCandidates | null {
  const changed = new Map(
    [...curation.store.generations()].map((record) => [
      record.id,
      changedSettings(record, curation),
    ]),
  )
  if (![...changed.values()].some((keys) => keys.length > 0)) return null
  const found = new Set<string>()
  let candidates = 0
  for (const { generationId: id } of undecidedCandidates(curation)) {
    const keys = changed.get(id) ?? []
    if (keys.length > 0) candidates++
    for (const key of keys) found.add(key)
  }
  return candidates === 0 ? null : { candidates, settings: [...found].sort(), key: keyOf(curation) }
}

/**
 * Takes them, and the selections from their pools, out of the journals, which are kept whole under
 * a name with the time.
 * @returns that of the journal of candidates; null when there was nothing to do.
 */
export async function setEarlierAside(curation: Curation, now: Date): Promise<string | null> {
  const { release } = await curation.store.lockForGeneration()
  try {
    const aside = await curation.store.setAside(
      () => leavingOf(curation),
      now.toISOString().slice(0, 19).replaceAll(':', '-'),
    )
    curation.changed('all')
    return aside
  } finally {
    await release()
  }
}

/**
 * A selection that was decided on stays even where its candidates have other texts now: should
 * those texts come back, it counts again.
 */
function leavingOf(curation: Curation): Leaving | null {
  const { store, round } = curation
  const changed = new Set(
    [...store.generations()]
      .filter((record) => changedSettings(record, curation).length > 0)
      .map(({ id }) => id),
  )
  const earlier = [...undecidedCandidates(curation)].filter((candidate) =>
    changed.has(candidate.generationId),
  )
  if (earlier.length === 0) return null
  const promptIds = new Set(earlier.map(({ promptId }) => promptId))
  const selections = [...store.selections()].filter(
    (selection) =>
      promptIds.has(selection.promptId) &&
      selection.round === round &&
      !store.isAnnotated(selection.id),
  )
  return {
    candidateIds: new Set(earlier.map(({ id }) => id)),
    selectionIds: new Set(selections.map(({ id }) => id)),
  }
}

function* undecidedCandidates(
  curation: Curation,
): Generator<ReturnType<Curation['store']['candidatesOf']>[number], undefined> {
  const { store, round } = curation
  const isDecided = ({ id }: Prompt): boolean => {
    const selection = store.selectionOf(id, round)
    return selection !== undefined && store.isAnnotated(selection.id)
  }
  for (const prompt of curation.prompts)
    if (!isDecided(prompt)) yield* store.candidatesOf(prompt.id, round)
}

/**
 * The device and the address of a server are no settings of what is sampled; neither is how many
 * there are.
 */
function changedSettings(
  { model, server, template, sampling: used }: GenerationRecord,
  { settings }: Curation,
): string[] {
  if (used === null) return []
  const { n, ...sampling } = settings.sampling
  const generators = generatorsOf(settings).filter(
    (generator) =>
      generator.model === model && (generator.server === undefined) === (server === undefined),
  )
  const isTemplate =
    generators.length === 0 ||
    generators.some((generator) => canonicalJson(generator.template) === canonicalJson(template))
  return [
    ...(generators.length > 0 ? [] : ['model']),
    ...(isTemplate ? [] : ['template']),
    ...Object.entries(sampling)
      .filter(([key, value]) => used[key] !== value)
      .map(([key]) => key),
  ]
}

/** Names the settings as they are now. */
function keyOf({ settings }: Curation): string {
  const { n, ...sampling } = settings.sampling
  return generationId({
    kind: 'generation',
    model: generatorsOf(settings)
      .map(
        ({ model, template }) => `${model}${template === undefined ? '' : canonicalJson(template)}`,
      )
      .join(' '),
    device: '',
    sampling,
  })
}
