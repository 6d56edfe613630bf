// Builds a model for the engine: a command of the Python runner, which measures whether what was
// trained is kept.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { failureError } from '../shared/errors'
import { lockWhenFree } from './builtFolder'
import {
  environmentWith,
  packageFolders,
  type PackageOptions,
  type PackageSet,
} from './pythonPackages'
import { toolEnd } from './tool'

/** What a build found out; written beside the model. */
const reportSchema = z.object({
  /** Of the weights: `int4`, `int8`, `fp16` or `fp32`. */
  precision: z.string(),
  /** KL divergence of the built from the trained model, in nats; null where none was measured. */
  divergence: z.number().nullable(),
  /** KL divergence of the base from the trained model, in nats. */
  moved: z.number().nullable(),
})
const REPORT = 'built.json'

export interface BuiltModel extends z.infer<typeof reportSchema> {
  folder: string
}

export interface ModelBuildOptions extends PackageOptions {
  /** Called with a sentence of what is being done. */
  onStage: (sentence: string) => void
}

/** Exit code of the runner for input that cannot be used. */
const BAD_INPUT = 2

const STAGES: Readonly<Record<string, () => string>> = {
  load: () => l10n.t('Loading the weights'),
  compare: () => l10n.t('Comparing the trained model with its base'),
  export: () => l10n.t('Exporting to ONNX'),
  int4: () => l10n.t('Rounding the weights to 4 bits'),
  int8: () => l10n.t('Rounding the weights to 8 bits, and measuring what is kept'),
  fp16: () => l10n.t('Rounding the weights to 16 bits, and measuring what is kept'),
  fp32: () => l10n.t('Writing the weights in 32 bits'),
  gguf: () => l10n.t('Writing the GGUF file'),
}

/** Undefined for a folder that no build has written. */
export async function builtReport(folder: string): Promise<BuiltModel | undefined> {
  try {
    const report = reportSchema.parse(JSON.parse(await readFile(path.join(folder, REPORT), 'utf8')))
    return { folder, ...report }
  } catch {
    return undefined
  }
}

/**
 * Builds a model into a folder, which appears whole or not at all; one that is there stays. A
 * second process waits for the first.
 * @param command of the runner, without the folder.
 * @param more packages that it needs beside those that build models.
 * @throws FailureError `bad-input` for a source that cannot be used, `training-failed` when the
 *   build breaks or would lose the training, `cancelled`.
 */
export async function buildModel(
  folder: string,
  command: readonly string[],
  options: ModelBuildOptions,
  more: readonly PackageSet[] = [],
): Promise<BuiltModel> {
  await mkdir(path.dirname(folder), { recursive: true })
  const release = await lockWhenFree(folder, options.signal)
  try {
    if (!existsSync(folder)) await build(folder, command, options, ['onnx', ...more])
    return (await builtReport(folder)) ?? { folder, precision: '', divergence: null, moved: null }
  } finally {
    await release()
  }
}

async function build(
  folder: string,
  command: readonly string[],
  options: ModelBuildOptions,
  sets: readonly PackageSet[],
): Promise<void> {
  await removeLeftovers(folder)
  options.onStage(l10n.t('Looking for the packages that build models'))
  await runBuild(folder, command, options, await packageFolders(sets, options))
}

/**
 * Writes a model, or an adapter with its base, as one folder in Hugging Face format, which appears
 * whole or not at all. Throws as {@link buildModel}.
 */
export async function exportModel(
  folder: string,
  source: string,
  options: ModelBuildOptions,
  more: readonly PackageSet[] = [],
): Promise<void> {
  await mkdir(path.dirname(folder), { recursive: true })
  const packages = await packageFolders(more, options)
  await runBuild(folder, ['trainable-model', '--from', source], options, packages)
}

/** Writes a model, or an adapter with its base, as a GGUF file. Throws as {@link buildModel}. */
export async function exportGguf(
  file: string,
  source: string,
  options: ModelBuildOptions,
): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true })
  await build(file, ['export-gguf', '--from', source], options, ['gguf'])
}

/** @param packages folders of packages that the interpreter lacks. */
async function runBuild(
  folder: string,
  command: readonly string[],
  options: ModelBuildOptions,
  packages: readonly string[],
): Promise<void> {
  const { code, lastError, lastLine } = await toolEnd(
    [options.python, '-m', 'aepo_training', ...command, '--to', folder],
    {
      signal: options.signal,
      env: environmentWith(packages, options),
      onLine: (line) => report(line, options),
    },
  )
  if (code === 0) return
  throw failureError(
    code === BAD_INPUT ? 'bad-input' : 'training-failed',
    code === null
      ? l10n.t('The build was ended from outside, in most cases for lack of memory.')
      : l10n.t`The model could not be built: ${lastError === '' ? lastLine : lastError}`,
    { where: folder },
  )
}

function report(line: string, { onLine, onStage }: ModelBuildOptions): void {
  const stage = STAGES[/^stage (\w+)$/.exec(line)?.[1] ?? '']
  if (stage) onStage(stage())
  else onLine(line)
}

/** What a build that was killed left: it writes beside the folder. */
async function removeLeftovers(folder: string): Promise<void> {
  const { dir, base } = path.parse(folder)
  for (const name of await readdir(dir))
    if (name.startsWith(`.${base}.`) && name.endsWith('.tmp'))
      await rm(path.join(dir, name), { recursive: true, force: true })
}
