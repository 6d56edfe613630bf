// Whether a file that is to be replaced may be replaced without asking.
import * as l10n from '@vscode/l10n'
import { stat } from 'node:fs/promises'
import { shortened } from '../core/text/values'
import { failureError } from '../shared/errors'
import { headOf } from './fileHead'

/** Enough to tell what a text is. */
const HEAD_BYTES = 512

/** How every data set that is exported begins. */
const BEGINS_AS_ROWS = /^\uFEFF?\s*\{\s*"prompt"\s*:/

/**
 * A file that is named for an export by mistake would be lost.
 * @throws FailureError `bad-input` for a file with content that is no data set.
 */
export async function mustHoldRows(file: string): Promise<void> {
  const stats = await stat(file).catch(() => null)
  if (!stats?.isFile() || stats.size === 0) return
  const head = (await headOf(file, HEAD_BYTES)).toString()
  if (BEGINS_AS_ROWS.test(head)) return
  throw failureError(
    'bad-input',
    l10n.t`This file is no data set: it begins with “${shortened(head, 40)}”.`,
    { where: file, remedy: l10n.t('Name another file, or remove this one.') },
  )
}
