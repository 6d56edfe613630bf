// Rows of the prompts file that are broken: the curation works without them, and the user is told.
import * as l10n from '@vscode/l10n'
import type { PromptReport } from '../../core/rows/promptReport'
import type { Failure } from '../../shared/errors'

/** null where every row could be read. @param where the prompts file. */
export function brokenRows({ broken }: PromptReport, where: string): Failure | null {
  const [first] = broken.first
  if (!first) return null
  return {
    code: 'bad-input',
    message:
      broken.count === 1
        ? l10n.t`This row is broken and is left out: ${first.why}`
        : l10n.t`${broken.count} rows are broken and are left out: the Problems panel lists them. The first one: ${first.why}`,
    where,
    line: first.line,
    remedy: l10n.t('Correct the file. The other prompts remain usable.'),
  }
}
