// A pair that was tried becomes a label: its prompt joins the prompts, its answers are candidates,
// the vote is an annotation. Nothing of a pair is written before.
// Invariant I1.
import * as l10n from '@vscode/l10n'
import { promptId } from '../../core/formats/ids'
import type { After, Candidate, Message } from '../../shared/domain'
import { failureError } from '../../shared/errors'
import type { TryVote } from '../../shared/tryView'
import type { Curation } from '../curation'
import { candidateOf } from '../generation/sampling'
import { annotationOf, undoOf } from '../labelling/annotate'
import { addPrompts } from '../prompts/addPrompts'
import type { Round } from '../round'
import { givenSelection } from '../selection/givenSelection'
import type { TriedAnswer } from './answer'
import { preferenceOf } from './pair'

export interface PairToKeep {
  messages: readonly Message[]
  /** In the order of the screen. */
  answers: readonly [TriedAnswer, TriedAnswer]
  vote: TryVote
  milliseconds: number
}

/** How the curation is opened, and opened anew after its prompts changed. */
export interface Reopening {
  open: () => Promise<Curation>
  reload: () => Promise<void>
}

/**
 * Resolves when the annotation is flushed to disk.
 * @returns the id of the annotation.
 * @throws FailureError `busy` while candidates are generated; `bad-input` for answers that are
 *   equal or empty, and where the prompts file takes no rows; `disk-full`, `no-permission`.
 */
export async function keepPair(pair: PairToKeep, { open, reload }: Reopening): Promise<string> {
  mustDiffer(pair)
  const before = await open()
  const messages = [...pair.messages]
  const { release } = await before.store.lockForGeneration()
  try {
    const { added } = await addPrompts(before, [{ id: promptId(messages), messages }])
    if (added > 0) await reload()
    return await record(await open(), promptId(messages), pair)
  } finally {
    await release()
  }
}

/** Takes the label back; prompt and candidates stay, and can be labelled like others. */
export async function undoKept(curation: Curation, annotationId: string): Promise<void> {
  const { store, annotator } = curation
  await store.transaction(async (transaction) => {
    const standing = [...store.annotations.standing(annotator).values()]
    if (!standing.some(({ id }) => id === annotationId)) return
    await transaction.appendAnnotation(undoOf(curation, annotationId))
  })
  curation.dataSet.update()
}

/** @param named the hash of its messages; an edited prompt may keep the id that it had before. */
async function record(curation: Curation, named: string, pair: PairToKeep): Promise<string> {
  const { store } = curation
  const promptId = curation.prompt(named)?.id ?? named
  const round = roundFor(curation, promptId)
  await store.refresh()
  const append = async ({ candidate: sampled, generation }: TriedAnswer): Promise<Candidate> => {
    const index = nextIndex(round, promptId)
    const candidate = candidateOf(round, promptId, { ...sampled, index }, generation.id)
    await store.appendCandidates(generation, [candidate])
    return candidate
  }
  const [first, second] = pair.answers
  const candidates = [await append(first), await append(second)] as const
  const { vote, milliseconds } = pair
  const annotation = await store.transaction(async (transaction) => {
    const selection = givenSelection(candidates, placeIn(round, promptId))
    await transaction.appendSelections([selection])
    const shownOrder = selection.candidateIds
    const preference = preferenceOf(vote, shownOrder)
    const decision = { preference, shownOrder, milliseconds, note: '' }
    const made = annotationOf(curation, selection, decision)
    await transaction.appendAnnotation(made)
    return made
  })
  curation.dataSet.update()
  return annotation.id
}

/** The round that is shown, if it samples for the prompt; else the last one that does. */
function roundFor({ round, rounds, paths }: Curation, id: string): Round {
  const found = [...rounds, round].findLast(({ prompts }) => prompts.some((one) => one.id === id))
  if (found) return found
  throw failureError('not-found', l10n.t('The prompt is not among those of the curation.'), {
    where: paths.prompts,
    remedy: l10n.t('See how the curation file says the prompts are read.'),
  })
}

/** After the places of the candidates that the curation samples, which their seeds depend on. */
function nextIndex(round: Round, promptId: string): number {
  const last = round.entries(promptId).at(-1)?.index ?? -1
  return Math.max(last + 1, round.settings.sampling.n)
}

/** It takes the place of a selection that nobody has decided on, else it comes after the others. */
function placeIn(round: Round, promptId: string): After | undefined {
  const open = round.undecided(promptId)
  if (open) return open.current?.after
  return { selectionIds: round.counting(promptId).map(({ id }) => id), reason: 'more' }
}

function mustDiffer({ answers }: PairToKeep): void {
  const [one, other] = answers.map(({ candidate }) => candidate.text.trim())
  if (one !== '' && other !== '' && one !== other) return
  throw failureError(
    'bad-input',
    one === other
      ? l10n.t('The two responses are the same: they make no pair.')
      : l10n.t('A response without a text makes no pair.'),
    { remedy: l10n.t('Ask again.') },
  )
}
