// Under which name the person at this editor annotates.
import * as l10n from '@vscode/l10n'
import os from 'node:os'
import { judgeOfAnnotator } from '../core/formats/judgeSettings'
import { ANNOTATOR_SETTING } from '../shared/editorProtocol'
import { failureError } from '../shared/errors'

/**
 * A name that is also a file name: `annotations/<name>.jsonl`.
 * @param wanted the setting; if empty, the login name counts.
 * @throws FailureError `bad-input` for the name of a judge.
 */
export function annotatorName(wanted: string): string {
  if (judgeOfAnnotator(wanted) !== undefined)
    throw failureError(
      'bad-input',
      l10n.t`“${wanted}” is the name of a judge, and only the judge annotates under it.`,
      {
        where: ANNOTATOR_SETTING,
        remedy: l10n.t(
          'Give your own name in this setting. The command “Run Judge…” has a judge annotate.',
        ),
      },
    )
  const name = (wanted || os.userInfo().username)
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^\.+/, '')
  return name || 'annotator'
}
