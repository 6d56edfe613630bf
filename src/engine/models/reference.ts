// Parses model names of curation files.
import path from 'node:path'
import { failureError } from '../../shared/errors'

export type ModelReference =
  | { kind: 'builtin'; name: string }
  | { kind: 'folder'; folder: string }
  | { kind: 'hub'; organisation: string; name: string; revision: string }

const NAME = String.raw`[\w](?:[\w.-]*[\w])?`
const HUB_ID = new RegExp(`^(${NAME})/(${NAME})(?:@(${NAME}(?:/${NAME})*))?$`)
const BUILTIN = new RegExp(`^builtin:(${NAME})$`)

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
  throw failureError('bad-input', `"${model}" names no model.`, {
    remedy:
      'Write builtin:NAME, the absolute path of a folder, or a hub id such as organisation/name.',
  })
}
