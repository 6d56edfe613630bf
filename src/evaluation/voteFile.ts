// Votes from elsewhere: pairs written blind to a file, and a file of votes on them.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import { shuffledOrder } from '../core/annotation/order'
import { oneAbove } from '../core/annotation/tiers'
import { asRecord } from '../core/text/values'
import type { Curation } from '../curation/curation'
import { annotate } from '../curation/labelling/annotate'
import { comparisonOf } from '../curation/labelling/comparison'
import type { Message, Preference, Selection } from '../shared/domain'
import { failureError } from '../shared/errors'
import { writeNamedFile } from '../store/atomicFile'
import { openRows } from '../store/rowFile'

/** A line of a file of pairs. */
interface PairRow {
  pair: string
  prompt: Message[]
  /** In shuffled order; a vote names one by its place, from 1. */
  responses: [string, string]
}

const voteSchema = z.object({
  pair: z.string(),
  vote: z.union([z.literal([1, 2]), z.enum(['1', '2', 'tie', 'allBad', 'skip'])]),
  note: z.string().optional(),
})

/** In the place of an annotator’s name: the order is that of the file, whoever votes. */
const FILE_ORDER = '--pairs'

const orderOf = ({ id, candidateIds }: Selection): string[] =>
  shuffledOrder(id, FILE_ORDER, candidateIds)

/**
 * Writes all pairs blind, as JSON Lines.
 * @returns their number.
 */
export async function writePairs(data: Curation, file: string): Promise<number> {
  const rows = data.round.selections().flatMap((selection) => {
    const comparison = comparisonOf(data, selection)
    if (!comparison) return []
    const textOf = (id: string): string => comparison.texts.find((one) => one.id === id)?.text ?? ''
    const [first = '', second = ''] = orderOf(selection).map(textOf)
    const row: PairRow = {
      pair: selection.id,
      prompt: comparison.prompt.messages,
      responses: [first, second],
    }
    return [`${JSON.stringify(row)}\n`]
  })
  await writeNamedFile(file, rows)
  return rows.length
}

/**
 * Journals the votes of a file as those of the annotator that opened the evaluation. Votes that
 * stand already are passed over.
 * @returns how many were new.
 * @throws FailureError `bad-input` for a row that is no vote or names no pair: none is journalled.
 */
export async function importVotes(data: Curation, file: string): Promise<number> {
  const known = new Map(data.round.selections().map((one) => [one.id, one]))
  const votes: { selection: Selection; preference: Preference; note: string }[] = []
  const { rows } = await openRows(file)
  for await (const row of rows) {
    const parsed = voteSchema.safeParse(row.broken === undefined ? asRecord(row.row) : undefined)
    const selection = known.get(parsed.data?.pair ?? '')
    if (!parsed.success || !selection) throw badVote(file, row.line, parsed.success)
    const { vote, note = '' } = parsed.data
    votes.push({ selection, preference: preferenceOf(selection, String(vote)), note })
  }
  const standing = data.store.annotations.standing(data.annotator)
  let added = 0
  for (const { selection, preference, note } of votes) {
    const { preference: before, note: noted = '' } = standing.get(selection.id) ?? {}
    if (JSON.stringify(before) === JSON.stringify(preference) && noted === note) continue
    const shownOrder = orderOf(selection)
    await annotate(data, {
      selectionId: selection.id,
      preference,
      milliseconds: 0,
      shownOrder,
      note,
    })
    added++
  }
  return added
}

function preferenceOf(selection: Selection, vote: string): Preference {
  if (vote === 'tie' || vote === 'allBad' || vote === 'skip') return { kind: vote }
  return oneAbove(orderOf(selection), Number(vote) - 1)
}

const badVote = (file: string, line: number, isVote: boolean): Error =>
  failureError(
    'bad-input',
    isVote
      ? l10n.t('The vote names no pair of this evaluation.')
      : l10n.t('This row is not a vote.'),
    {
      where: file,
      line,
      remedy: l10n.t(
        'A row is {"pair": "…", "vote": 1}, with the name of a pair; the vote is 1, 2, "tie", "allBad" or "skip".',
      ),
    },
  )
