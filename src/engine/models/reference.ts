// Parses model names of curation files.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { HUB_NAME } from '../../core/formats/hubId'
import { failureError } from '../../shared/errors'

export type ModelReference =
  | { kind: 'builtin'; name: string }
  | { kind: 'folder'; folder: string }
  | { kind: 'hub'; organisation: string; name: string; revision: string }

const HUB_ID = new RegExp(`^(${HUB_NAME})/(${HUB_NAME})(?:@(${HUB_NAME}(?:/${HUB_NAME})*))?$`)
const BUILTIN = new RegExp(`^builtin:(${HUB_NAME})$`)

/**
 * Parses `builtin:NAME`, an absolute folder, or a hub id `ORGANISATION/NAME[@REVISION]`; the
 * default revision is `main`.
 * @throws FailureError `bad-input` for anything else.
 */
export function parseModelReference(model: string): ModelReference {
  if (path.isAbsolute(model)) return { kind: 'folder', folder: model }
  const builtin = BUILTIN.exec(model)?.[1]
  if (builtin !== undefined) return { kind: 'builtin', name: builtin }
  const [, organisation, name, revision = 'main'] = HUB_ID.exec(model) ?? []
  if (organisation !== undefined && name !== undefined && !/\.\./.test(model))
    return { kind: 'hub', organisation, name, revision }
  throw failureError('bad-input', l10n.t`"${model}" names no model.`, {
    remedy: l10n.t(
      'Write builtin:NAME, the absolute path of a folder, or a hub id such as organisation/name.',
    ),
  })
}
