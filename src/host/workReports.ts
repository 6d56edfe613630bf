// What a command says when its work on a curation has ended.
import * as l10n from '@vscode/l10n'
import { oneOrSeveral } from '../core/counted'
import { cutOffSentence } from '../curation/generation/cutOff'
import { dueSentence } from '../curation/learning/dueSentence'
import type { ShownResult } from './generation'
import type { WorkEnd } from './work'

/** null where the editor says all: candidates were generated, and none of them was cut off. */
export function generationReport({ generated, cutOff, leftOut }: ShownResult): string | null {
  if (cutOff > 0) return cutOffSentence(cutOff, generated)
  return generated > 0 || leftOut ? null : l10n.t('Every pool is full: nothing was generated.')
}

/**
 * @param added new selections.
 * @param selections all that there are now.
 * @param due those to come by a rule that learns.
 */
export function selectionReport(
  end: WorkEnd,
  added: number,
  { selections, due = 0 }: { selections: number; due?: number },
): string {
  switch (end) {
    case 'busy':
      return nothingWhileBusy()
    case 'stopped':
      return l10n.t('Stopped. New selections so far: {0} of {1}.', added, selections)
    case 'done':
      if (due > 0) return [addedSentence(added), ...dueSentence(due)].join(' ')
      if (selections === 0) return l10n.t('Nothing was selected: there are no candidates yet.')
      return added === 0
        ? oneOrSeveral(
            selections,
            l10n.t('Nothing changed: the settings give the selection that is there.'),
            l10n.t(
              'Nothing changed: the settings give the {0} selections that are there.',
              selections,
            ),
          )
        : l10n.t(
            'New selections: {0} of {1}; those with labels stay as they were.',
            added,
            selections,
          )
  }
}

const addedSentence = (added: number): string =>
  oneOrSeveral(added, l10n.t('1 new selection.'), l10n.t('{0} new selections.', added))

/** What selecting others from the pools did; null where the editor shows it: new selections. */
export function anotherReport(end: WorkEnd, added: number): string | null {
  if (end === 'busy') return nothingWhileBusy()
  return end === 'done' && added === 0
    ? l10n.t('No pool has enough candidates that were not shown. Sample more: raise “n”.')
    : null
}

const nothingWhileBusy = (): string =>
  l10n.t('Nothing was selected: other work on this curation is running.')
