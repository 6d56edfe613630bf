// Finds the folder of a model; downloads models from the hub.
// Invariant I17.
import * as l10n from '@vscode/l10n'
import { mkdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { lock } from 'proper-lockfile'
import type { Device } from '../../shared/domain'
import type { EngineConfig, LoadProgress } from '../../shared/engineProtocol'
import { failureError } from '../../shared/errors'
import { download } from './download'
import { listHubFiles } from './hub'
import type { Precision, Role } from './graphFiles'
import { chooseFiles, hasTokenizer, type ModelFiles } from './modelFiles'
import { completeFiles, incompleteModel, listFolder } from './modelFolder'
import { type ModelReference, parseModelReference } from './reference'
import type { SharedWorkOptions } from '../../async/sharedWork'

export type LoadOptions = SharedWorkOptions<LoadProgress>

type ModelFolders = Pick<EngineConfig, 'builtinModels' | 'cache'>

/** Where hub models come from. */
export interface HubAccess {
  hub: EngineConfig['hub']
  /** The access token that the owner keeps for the hub; one in HF_TOKEN comes first. */
  hubToken?: () => Promise<string | null>
}

export interface StoredModel extends ModelFiles {
  folder: string
}

/** In milliseconds: between progress reports, and after a failed attempt of a download. */
const REPORT_INTERVAL = 100
const RETRY_DELAY = 1000

/**
 * The files of `model` for a role and device. Hub models are kept in
 * `<cache>/<organisation>/<name>/<revision>`; a complete model there is used without network
 * access.
 * @throws FailureError `bad-input`, `model-incomplete`, `model-unreachable`, `not-found` or `busy`.
 */
export async function storedModel(
  config: ModelFolders & HubAccess,
  model: string,
  role: Role,
  device: Device,
  options: LoadOptions,
  precision: Precision = 'any',
): Promise<StoredModel> {
  const reference = parseModelReference(model)
  const folder = folderOf(config, reference)
  if (reference.kind !== 'hub') {
    if (!(await isFolder(folder))) throw noFolder(reference, folder)
    return { folder, ...(await completeFiles(folder, role, device, precision)) }
  }
  const cached = chooseFiles(await listFolder(folder), role, device, precision)
  if (!('missing' in cached)) return { folder, ...cached }
  await mkdir(folder, { recursive: true })
  // Losing the lock (after suspend, for example) is harmless: downloads are verified.
  const release = await lock(folder, { onCompromised: () => undefined }).catch(
    (thrown: unknown) => {
      if ((thrown as NodeJS.ErrnoException).code !== 'ELOCKED') throw thrown
      throw failureError('busy', l10n.t('Another process is downloading this model.'), {
        where: model,
        remedy: l10n.t('Wait until it is done, then start again.'),
      })
    },
  )
  try {
    const attempts = {
      signal: options.signal,
      retryDelay: RETRY_DELAY,
      onWait: (sentence: string) => options.onProgress({ kind: 'waiting', sentence }),
    }
    const token = process.env['HF_TOKEN'] || ((await config.hubToken?.()) ?? null)
    const remote = await listHubFiles(config.hub, reference, { ...attempts, token })
    const chosen = chooseFiles(new Set(remote.keys()), role, device, precision)
    if ('missing' in chosen) throw incompleteModel(chosen, l10n.t`${model} on the hub`, role)
    for (const file of graphLast(chosen.files)) {
      const source = remote.get(file)
      if (!source || (await listFolder(folder)).has(file)) continue
      await download(source, path.join(folder, file), {
        ...attempts,
        onProgress: throttled(file, options.onProgress),
      })
    }
    return { folder, ...chosen }
  } finally {
    await release().catch(() => undefined) // lost, or will become stale
  }
}

const isFolder = (file: string): Promise<boolean> =>
  stat(file).then(
    (found) => found.isDirectory(),
    () => false,
  )

const noFolder = ({ kind }: ModelReference, where: string): Error =>
  kind === 'builtin'
    ? failureError('not-found', l10n.t('There is no embedded model of this name.'), {
        where,
        remedy: l10n.t(
          'Write builtin:SmolLM2-135M-Instruct for the generator or builtin:all-MiniLM-L6-v2 for the embedder.',
        ),
      })
    : failureError('not-found', l10n.t('There is no such model folder.'), {
        where,
        remedy: l10n.t('Correct the path, or name another model.'),
      })

/** The folder of a model whose tokenizer is on this machine, else null. */
export async function folderHere(config: ModelFolders, model: string): Promise<string | null> {
  const folder = folderOf(config, parseModelReference(model))
  return hasTokenizer(await listFolder(folder)) ? folder : null
}

function folderOf({ builtinModels, cache }: ModelFolders, reference: ModelReference): string {
  switch (reference.kind) {
    case 'folder':
      return reference.folder
    case 'builtin':
      return path.join(builtinModels, reference.name)
    case 'hub': {
      const { organisation, name, revision } = reference
      return path.join(cache, organisation, name, ...revision.split('/'))
    }
  }
}

/** Downloads the graph last: a folder that contains the graph is complete. */
const graphLast = (files: readonly string[]): string[] =>
  files.toSorted((a, b) => Number(a.endsWith('.onnx')) - Number(b.endsWith('.onnx')))

function throttled(
  file: string,
  report: (progress: LoadProgress) => void,
): (bytes: number, totalBytes: number | null) => void {
  let last = -Infinity
  return (bytes, totalBytes) => {
    const now = performance.now()
    if (now - last < REPORT_INTERVAL && bytes !== totalBytes) return
    last = now
    report({ kind: 'download', file, bytes, totalBytes })
  }
}
