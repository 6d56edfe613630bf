// Begins the next round of a curation: its generator becomes the last entry of `rounds` in the
// curation file.
import * as l10n from '@vscode/l10n'
import { readFile } from 'node:fs/promises'
import { type LaterRound, withRound } from '../core/formats/editCurationFile'
import type { ModelChoice } from '../core/formats/modelSettings'
import type { DeviceChoice } from '../shared/domain'
import { failureError } from '../shared/errors'
import { replaceFile } from '../store/atomicFile'
import { readCurationFile } from '../store/curationFileStore'
import type { Curation } from './curation'

/** The settings of a generator that a new model takes over. */
type Carried = Pick<ModelChoice, 'template' | 'reasoning'> & { device?: DeviceChoice }

/**
 * Takes effect when the curation is opened again.
 * @returns the number of the new round.
 * @throws FailureError `bad-input` while the last round has no candidates; `busy` when another
 *   process changed the rounds; those of the file system.
 */
export async function beginRound(curation: Curation, round: LaterRound): Promise<number> {
  const { paths, rounds, store } = curation
  return store.transaction(async () => {
    const settings = await readCurationFile(paths.file)
    if ((settings.rounds ?? []).length + 1 !== rounds.length)
      throw failureError('busy', l10n.t('Another process began or removed a round.'), {
        where: paths.file,
        remedy: l10n.t('Look at the rounds of the file, and try again.'),
      })
    mustHaveCandidates(curation)
    await replaceFile(paths.file, [withRound(await readFile(paths.file, 'utf8'), round)])
    return rounds.length + 1
  })
}

/** @throws FailureError `bad-input` while nothing was sampled in the last round. */
export function mustHaveCandidates({ paths, rounds }: Curation): void {
  const last = rounds.at(-1)
  if (!last || last.prompts.some(({ id }) => last.poolSize(id) > 0)) return
  throw failureError('bad-input', l10n.t`Round ${last.number} has no candidates yet.`, {
    where: paths.file,
    remedy: l10n.t('Generate them first, or change the generator of that round in the file.'),
  })
}

/**
 * What the last round's only generator is given beside its model: the trained model is sampled from
 * with the template options that it was trained with.
 */
export function carriedSettings({ rounds }: Curation): Carried {
  const [generator, ...others] = rounds.at(-1)?.generators ?? []
  if (!generator || others.length > 0) return {}
  const { template, reasoning } = generator
  const device = generator.server === undefined ? generator.device : 'auto'
  return {
    ...(device === 'auto' ? {} : { device }),
    ...(template === undefined ? {} : { template }),
    ...(reasoning === undefined ? {} : { reasoning }),
  }
}
