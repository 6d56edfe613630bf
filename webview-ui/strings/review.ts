// Strings of the review view.
import * as l10n from '@vscode/l10n'
import type { ReviewFilter } from '../review'
import { count } from '../numbers'

export const review = {
  search: l10n.t('Search prompts and notes'),
  filters: l10n.t('Show'),
  list: l10n.t('Prompts'),
  none: l10n.t('No prompt is found.'),
  open: l10n.t('not labelled'),
  notSelected: l10n.t('no selection yet'),
  removed: (n: number) => l10n.t`${count(n)} left out`,
  filter: {
    all: l10n.t('All'),
    open: l10n.t('Not labelled'),
    ranking: l10n.t('Preferred'),
    tie: l10n.t('Ties'),
    allBad: l10n.t('All bad'),
    skip: l10n.t('Skipped'),
    noted: l10n.t('With a note'),
    removed: l10n.t('Left out by the guard'),
  } satisfies Record<ReviewFilter, string>,
}
