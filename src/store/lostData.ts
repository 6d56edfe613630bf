// A curation whose data folder is gone, while something shows that there was one.
import * as l10n from '@vscode/l10n'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { FailureError, type Failure } from '../shared/errors'
import { CURATION_SUFFIX, type CurationPaths } from './curationPaths'

type Places = Pick<CurationPaths, 'base' | 'folder' | 'output'>

const DATA_SUFFIX = '.aepo'

export interface LostData {
  failure: Failure
  /** Whether generating starts anew: it is refused where it would replace a data set. */
  startsAnew: boolean
}

/**
 * Why the curation has neither candidates nor annotations although it had some: its data folder was
 * deleted, or stayed behind when the curation file was renamed. null where nothing shows that.
 * @param hadData whether this process has read data from the folder.
 */
export async function lostData(places: Places, hadData = false): Promise<LostData | null> {
  const { base, folder, output } = places
  if (await isFolder(folder)) return null
  const isDataSetLeft = await hasContent(output)
  const left = await foldersLeftBehind(base)
  if (!isDataSetLeft && left.length === 0 && !hadData) return null
  const name = path.basename(folder)
  const failure: Failure = {
    code: 'not-found',
    message: isDataSetLeft
      ? l10n.t`The data folder ${name} does not exist, and the data set ${path.basename(output)} was made from it.`
      : l10n.t`The data folder ${name} does not exist.`,
    where: folder,
    remedy:
      left.length > 0
        ? l10n.t`If the curation file was renamed, rename its data folder as well: ${left.join(', ')} has no curation file.`
        : isDataSetLeft
          ? l10n.t(
              'Restore the folder from version control or the trash. To start anew, remove the data set.',
            )
          : l10n.t('Restore the folder from version control or the trash.'),
  }
  return { failure, startsAnew: !isDataSetLeft }
}

/** @throws FailureError where starting anew would replace a data set that cannot be made again. */
export async function refuseToReplaceDataSet(places: Places): Promise<void> {
  const lost = (await hasContent(places.output)) ? await lostData(places) : null
  if (lost) throw new FailureError(lost.failure)
}

/** Data folders beside the curation whose own curation file is gone. */
async function foldersLeftBehind(base: string): Promise<string[]> {
  const entries = await readdir(base, { withFileTypes: true }).catch(() => [])
  const names = new Set(entries.map(({ name }) => name))
  return entries
    .filter((entry) => entry.isDirectory() && entry.name.endsWith(DATA_SUFFIX))
    .map(({ name }) => name)
    .filter((name) => !names.has(`${path.basename(name, DATA_SUFFIX)}${CURATION_SUFFIX}`))
}

const isFolder = (place: string): Promise<boolean> =>
  stat(place).then(
    (stats) => stats.isDirectory(),
    () => false,
  )

const hasContent = (file: string): Promise<boolean> =>
  stat(file).then(
    ({ size }) => size > 0,
    () => false,
  )
