// A loaded generator: how the engine is asked for its candidates, and the settings they record.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { generationId } from '../../core/formats/ids'
import { type GeneratorShare, runOfModel } from '../../core/formats/modelSettings'
import type { GenerationRecord } from '../../core/formats/records'
import type { LoadedModel, LoadProgress, ModelRequest } from '../../shared/engineProtocol'
import { failureError } from '../../shared/errors'
import type { Curation } from '../curation'
import { type Engine, generatorRequest, modelName, resolveModel } from '../engine'

export interface GenerationSource {
  request: ModelRequest
  generation: GenerationRecord
  model: LoadedModel
  /** What a person calls it. */
  name: string
}

const LOADING = l10n.t('Loading the model')

/**
 * Loads a generator.
 * @param report called with what is being done.
 * @throws FailureError of the engine: the model is missing, broken or too large; `not-found` for
 *   the model of a run that was not built.
 */
export async function loadSource(
  curation: Curation,
  engine: Engine,
  generator: GeneratorShare,
  { signal, report }: { signal: AbortSignal; report: (sentence: string) => void },
): Promise<GenerationSource> {
  const request = generatorRequest(generator, curation.paths)
  mustBeBuilt(curation, generator)
  report(LOADING)
  const loaded = await engine.request(
    'load',
    { ...request, role: 'generator' },
    { signal, onProgress: (progress) => report(sentenceOf(progress)) },
  )
  const model = { ...loaded, model: generator.model } // the folder of a run has another name
  const generation = generationOf(curation, generator, model)
  return { request, generation, model, name: modelName(generator.model) }
}

/** @throws FailureError `not-found` for the model of a run that was not built on this machine. */
function mustBeBuilt({ paths }: Curation, { model }: GeneratorShare): void {
  const run = runOfModel(model)
  if (run === undefined) return
  const folder = resolveModel(model, paths)
  if (existsSync(folder)) return
  throw failureError('not-found', l10n.t`The model of the run ${run} is not built here.`, {
    where: path.dirname(folder),
    remedy: l10n.t('Build it: “aepo model build” takes the folder of the run.'),
  })
}

function generationOf(
  { settings }: Curation,
  { model, template, reasoning }: GeneratorShare,
  { device, variant, server }: LoadedModel,
): GenerationRecord {
  const { n, ...sampling } = settings.sampling
  const at = server && {
    server: server.address,
    ...(server.software === null ? {} : { software: server.software }),
  }
  const record = {
    kind: 'generation',
    model,
    device,
    ...(variant === undefined ? {} : { variant }),
    ...at,
    ...(template === undefined ? {} : { template }),
    ...(reasoning === 'inText' ? { reasoning } : {}),
    sampling,
  } as const
  return { ...record, id: generationId(record) }
}

/** The settings of candidates for which a server did not take all of them. */
export function withoutSettings(
  { id, ...record }: GenerationRecord,
  omitted: readonly string[] | undefined,
): GenerationRecord {
  if (omitted === undefined) return { id, ...record }
  const changed = { ...record, omitted: [...omitted] }
  return { ...changed, id: generationId(changed) }
}

function sentenceOf(progress: LoadProgress): string {
  if (progress.kind === 'loading') return LOADING
  if (progress.kind === 'waiting' || progress.kind === 'notice') return progress.sentence
  const { file, bytes, totalBytes } = progress
  const megabytes = (value: number): string => (value / 1e6).toFixed(0)
  return totalBytes === null
    ? l10n.t`Downloading ${file} (${megabytes(bytes)} MB)`
    : l10n.t`Downloading ${file} (${megabytes(bytes)} of ${megabytes(totalBytes)} MB)`
}
