// Opens the curation that a command names.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { Curation } from '../curation/curation'
import type { NamedAnnotators } from '../curation/dataSet/comparisons'
import { namedAnnotators } from '../curation/dataSet/namedAnnotators'
import { describeFailure } from '../shared/errors'
import { lostData } from '../store/lostData'
import type { Output } from './output'
import { keepNewSpaceSmall } from './smallHeap'
import { UsageError } from './usageError'

/** @param annotator whose annotations the command writes; `cli` if it writes none. */
export async function openNamedCuration(
  file: string,
  output: Output,
  annotator = 'cli',
): Promise<Curation> {
  keepNewSpaceSmall()
  const curation = await Curation.open(path.resolve(file), {
    annotator,
    onMessage: (text) => output.message(text),
    now: () => new Date(),
  })
  const lost = await lostData(curation.paths)
  if (lost) output.message(describeFailure(lost.failure))
  return curation
}

export const ROUND_OPTION = {
  round: { type: 'number', value: 'R', does: l10n.t('the round; by default the last one') },
} as const

/**
 * The curation with a round as the one that is sampled, selected and shown.
 * @param number by default the last round.
 * @throws UsageError for a round that the curation does not have.
 */
export function inRound(curation: Curation, number: number | undefined): Curation {
  if (number === undefined) return curation
  mustHaveRounds(curation, '--round', [number])
  return curation.inRound(number)
}

export const ROUNDS_OPTION = {
  rounds: {
    type: 'text',
    value: 'LIST',
    does: l10n.t('rows of these rounds alone, such as 2 or 1,2; by default of all'),
  },
} as const

/** @throws UsageError for a value that is no list of rounds of the curation. */
export function roundsIn(curation: Curation, text: string | undefined): number[] | undefined {
  if (text === undefined) return undefined
  if (!/^\d+(,\d+)*$/.test(text))
    throw new UsageError(l10n.t`--rounds takes numbers of rounds such as 2 or 1,2, not “${text}”.`)
  const numbers = [...new Set(text.split(',').map(Number))].toSorted((a, b) => a - b)
  mustHaveRounds(curation, '--rounds', numbers)
  return numbers
}

export const ANNOTATORS_OPTION = {
  annotators: {
    type: 'text',
    value: 'LIST',
    does: l10n.t(
      'rows from these annotators alone, such as me,judge:strict; by default from all but judges',
    ),
  },
} as const

/** @throws FailureError `bad-input` for an annotator that the curation does not have. */
export const annotatorsIn = (
  curation: Curation,
  text: string | undefined,
): NamedAnnotators | undefined =>
  text === undefined
    ? undefined
    : namedAnnotators(
        curation,
        text.split(',').map((name) => name.trim()),
      )

function mustHaveRounds({ rounds }: Curation, option: string, numbers: readonly number[]): void {
  const missing = numbers.find((wanted) => rounds.every(({ number }) => number !== wanted))
  if (missing !== undefined)
    throw new UsageError(
      rounds.length === 1
        ? l10n.t`${option}: there is no round ${missing}; the curation has one round.`
        : l10n.t`${option}: there is no round ${missing}; the curation has ${rounds.length} rounds.`,
    )
}

/** `{ [key]: value }`, or nothing if the value was not given. */
export const given = <K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> =>
  value === undefined ? {} : ({ [key]: value } as Record<K, V>)
