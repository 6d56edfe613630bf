// The next round of a curation: what samples it, and its entry in the curation file.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import type { LaterRound } from '../core/formats/editCurationFile'
import { runModel, runOfModel } from '../core/formats/modelSettings'
import { carriedSettings } from '../curation/beginRound'
import type { Curation } from '../curation/curation'
import { isFolder, portablePath } from '../processes/givenPaths'
import { failureError } from '../shared/errors'
import { mustBeGenerator } from './builtModels'
import { findRun } from './listRuns'
import type { TrainingRun } from './trainingRun'

/** What a round can sample from: the model of a run, or any other model. */
export type RoundSource = { run: TrainingRun } | { model: string }

/**
 * What a name means: the id or the folder of a run of the curation, `run:` and its id, an embedded
 * model, a folder, or a hub id.
 * @param base where relative paths start.
 * @returns a folder as the curation file names it.
 * @throws FailureError `not-found` for a run or a folder that does not exist.
 */
export async function roundSource(
  { paths }: Curation,
  name: string,
  base: string,
): Promise<RoundSource> {
  if (name.startsWith('builtin:')) return { model: name }
  const run = runOfModel(name)
  if (run !== undefined) return { run: await findRun(paths.runs, run) }
  const folder = path.resolve(base, name)
  if (path.dirname(folder) === paths.runs)
    return { run: await findRun(paths.runs, path.basename(folder)) }
  if (isFolder(folder)) return { model: fromFile(folder, paths.base) }
  if (/^(\.{1,2}|~)?[/\\]/.test(name))
    throw failureError('not-found', l10n.t('There is no such folder.'), {
      where: folder,
      remedy: l10n.t('Check the path.'),
    })
  return name.includes('/') ? { model: name } : { run: await findRun(paths.runs, name) }
}

/** What a server calls a model: the id of a run, alone or after `run:`, or any other name. */
export async function servedSource({ paths }: Curation, name: string): Promise<RoundSource> {
  const run = runOfModel(name)
  if (run !== undefined) return { run: await findRun(paths.runs, run) }
  const isRun = path.basename(name) === name && isFolder(path.join(paths.runs, name))
  return isRun ? { run: await findRun(paths.runs, name) } : { model: name }
}

function fromFile(folder: string, base: string): string {
  const portable = portablePath(folder, base)
  return path.isAbsolute(portable) ? folder : `./${portable}`
}

/** The round that samples from a model on this machine; that of a run must have been built. */
export function localRound(curation: Curation, source: RoundSource): LaterRound {
  const model = 'run' in source ? runModel(source.run.file.id) : source.model
  return { generator: { model, ...carriedSettings(curation) } }
}

/** The round that samples from a server, which calls the model of a run by the run's id. */
export function servedRound(curation: Curation, source: RoundSource, server: string): LaterRound {
  const { device, ...carried } = carriedSettings(curation)
  if ('model' in source) return { generator: { server, model: source.model, ...carried } }
  const { id } = source.run.file
  mustBeGenerator(source.run)
  return { generator: { server, model: id, ...carried }, run: id }
}
