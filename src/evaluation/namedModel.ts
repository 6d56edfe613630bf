// What a name means as a model that is tried or evaluated.
import * as l10n from '@vscode/l10n'
import { isServerAddress, type ModelChoice, runModel } from '../core/formats/modelSettings'
import type { Curation } from '../curation/curation'
import { localChoice, servedChoice, withoutShare } from '../curation/modelChoice'
import { failureError } from '../shared/errors'
import { roundSource } from '../training/nextRound'
import type { TrainingRun } from '../training/trainingRun'

/** `base`: the generator of the first round. */
export const BASE = 'base'

export interface NamedModel {
  choice: ModelChoice
  /** The run whose model it is on this machine: it may have to be built. */
  run: TrainingRun | null
}

/**
 * @param name `base`; `NAME@ADDRESS`, a model of a server; else as for the generator of a round:
 *   the id or folder of a run, builtin:NAME, a folder, a hub id.
 * @param from where relative paths start.
 * @throws FailureError `not-found` for a run or a folder that does not exist; `bad-input` for the
 *   base of a first round with several generators.
 */
export async function namedModel(
  curation: Curation,
  name: string,
  from: string,
): Promise<NamedModel> {
  if (name === BASE) return { choice: baseOf(curation), run: null }
  const [, model, server] = /^(.+)@(https?:\/\/.+)$/.exec(name) ?? []
  if (model !== undefined && server !== undefined)
    return { choice: servedChoice(curation, addressOf(server), model), run: null }
  const source = await roundSource(curation, name, from)
  return 'run' in source
    ? { choice: localChoice(curation, runModel(source.run.file.id)), run: source.run }
    : { choice: localChoice(curation, source.model), run: null }
}

function baseOf({ rounds, paths }: Curation): ModelChoice {
  const [generator, ...others] = rounds[0]?.generators ?? []
  if (!generator || others.length > 0)
    throw failureError('bad-input', l10n.t('The first round has several generators.'), {
      where: paths.file,
      remedy: l10n.t('Name one of them.'),
    })
  return withoutShare(generator)
}

function addressOf(server: string): string {
  if (isServerAddress(server)) return server
  throw failureError('bad-input', l10n.t('This is not the address of a server.'), {
    where: server,
    remedy: l10n.t('Give one such as http://localhost:8000/v1.'),
  })
}
