// Reading and writing the curation file.
import * as l10n from '@vscode/l10n'
import { lstat, open, readFile, realpath } from 'node:fs/promises'
import path from 'node:path'
import {
  type CurationFile,
  type CurationFileInput,
  curationFileSchema,
} from '../core/formats/curationFile'
import { parseCurationFile } from '../core/formats/parseCurationFile'
import { decodeUtf8 } from '../core/text/lines'
import { FailureError, failureError, toFailure } from '../shared/errors'
import { writeNamedFile } from './atomicFile'
import { CURATION_SUFFIX, type CurationPaths, curationPaths } from './curationPaths'
import { makeFolder } from './files'

/**
 * The settings with all defaults.
 * @throws FailureError for the first problem, with line and column; `not-found` and `no-permission`
 *   for the file itself.
 */
export async function readCurationFile(file: string): Promise<CurationFile> {
  const text = decodeUtf8(await readFile(file).catch((thrown: unknown) => rethrow(thrown, file)))
  if (text === null)
    throw failureError('bad-input', l10n.t('The file is not UTF-8.'), {
      where: file,
      remedy: l10n.t('Save it as UTF-8.'),
    })
  const parsed = parseCurationFile(text, file)
  if ('settings' in parsed) return parsed.settings
  if (!file.endsWith(CURATION_SUFFIX))
    throw failureError(
      'bad-input',
      l10n.t`This is no curation file: the name of one ends in ${CURATION_SUFFIX}.`,
      {
        where: file,
        remedy: l10n.t('Name one; “aepo init” writes one for a file of prompts.'),
      },
    )
  const [first] = parsed.failures
  throw first
    ? new FailureError(first)
    : failureError('internal', l10n.t('The file is not valid.'), { where: file })
}

/**
 * Where everything of a curation lies, whether its prompts can be read or not. @throws FailureError
 * for an invalid file.
 */
export async function locateCuration(file: string): Promise<CurationPaths> {
  return curationPaths(await linkedFile(file), await readCurationFile(file))
}

/**
 * The file that a link leads to; any other file as it is. Prompts and journals lie beside the file
 * itself: beside the link the curation would look empty.
 */
export async function linkedFile(file: string): Promise<string> {
  const isLink = await lstat(file).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  )
  return isLink ? realpath(file).catch(() => file) : file
}

/**
 * Writes what is given, without filling in defaults, keys in the order of the schema. Makes the
 * folder where it is not there.
 * @param options overwrite: whether a file that is there may be replaced.
 * @throws FailureError `bad-input` when it is there and may not, or when the settings are not
 *   valid.
 */
export async function writeCurationFile(
  file: string,
  input: CurationFileInput,
  { overwrite }: { overwrite: boolean },
): Promise<void> {
  const parsed = parseCurationFile(JSON.stringify(input), file)
  const [invalid] = 'failures' in parsed ? parsed.failures : []
  if (invalid)
    throw failureError('bad-input', invalid.message, {
      where: file,
      remedy: l10n.t('Choose another value.'),
    })
  const ordered = Object.fromEntries(
    Object.keys(curationFileSchema.shape).flatMap((key) =>
      key in input ? [[key, input[key as keyof CurationFileInput]]] : [],
    ),
  )
  const text = `${JSON.stringify(ordered, null, 2)}\n`
  if (overwrite) return writeNamedFile(file, [text])
  await makeFolder(path.dirname(file)).catch((thrown: unknown) => rethrow(thrown, file))
  const handle = await open(file, 'wx').catch((thrown: unknown) => rethrow(thrown, file))
  try {
    await handle.writeFile(text)
    await handle.sync()
  } catch (thrown) {
    rethrow(thrown, file)
  } finally {
    await handle.close()
  }
}

function rethrow(thrown: unknown, file: string): never {
  if ((thrown as NodeJS.ErrnoException).code === 'EEXIST')
    throw failureError('bad-input', l10n.t('This file already exists.'), {
      where: file,
      remedy: l10n.t('Choose another name.'),
    })
  throw new FailureError(toFailure(thrown, file), { cause: thrown })
}
