// Folders and files that a user names for something new.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { failureError } from '../shared/errors'

/** @throws FailureError `bad-input` where something is there already. */
export function mustBeNew(target: string, kind: 'folder' | 'file' = 'folder'): void {
  if (!existsSync(target)) return
  const message =
    kind === 'folder' ? l10n.t('This folder already exists.') : l10n.t('This file already exists.')
  throw failureError('bad-input', message, { where: target, remedy: l10n.t('Name a new one.') })
}

/** The path of a folder that does not exist: with a number where the name is taken. */
export function newFolder(parent: string, name: string): string {
  for (let number = 1; ; number++) {
    const folder = path.join(parent, number === 1 ? name : `${name}-${number}`)
    if (!existsSync(folder)) return folder
  }
}
