// Folders that a user names for something new.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import { failureError } from '../shared/errors'

/** @throws FailureError `bad-input` where the folder is there already. */
export function mustBeNew(folder: string): void {
  if (existsSync(folder))
    throw failureError('bad-input', l10n.t('This folder is there already.'), {
      where: folder,
      remedy: l10n.t('Name a new one.'),
    })
}
