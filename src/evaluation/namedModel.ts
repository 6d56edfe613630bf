// What a name means as a model of an evaluation.
import * as l10n from '@vscode/l10n'
import type { ModelChoice } from '../core/formats/modelSettings'
import { isServerAddress, runModel } from '../core/formats/modelSettings'
import { carriedSettings } from '../curation/beginRound'
import type { Curation } from '../curation/curation'
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
  const { device, ...options } = carriedSettings(curation)
  const [, model, server] = /^(.+)@(https?:\/\/.+)$/.exec(name) ?? []
  if (model !== undefined && server !== undefined)
    return { choice: { server: addressOf(server), model, concurrency: 16, ...options }, run: null }
  const source = await roundSource(curation, name, from)
  const local = { device: device ?? 'auto', ...options }
  return 'run' in source
    ? { choice: { model: runModel(source.run.file.id), ...local }, run: source.run }
    : { choice: { model: source.model, ...local }, run: null }
}

function baseOf({ rounds, paths }: Curation): ModelChoice {
  const [generator, ...others] = rounds[0]?.generators ?? []
  if (!generator || others.length > 0)
    throw failureError('bad-input', l10n.t('The first round has several generators.'), {
      where: paths.file,
      remedy: l10n.t('Name one of them.'),
    })
  const { share, ...choice } = generator
  return choice
}

function addressOf(server: string): string {
  if (isServerAddress(server)) return server
  throw failureError('bad-input', l10n.t('This is no address of a server.'), {
    where: server,
    remedy: l10n.t('Give one such as http://localhost:8000/v1.'),
  })
}
