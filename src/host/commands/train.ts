// Start and stop of training runs: asks for model and method, shows the hyper-parameters, starts.
import path from 'node:path'
import * as vscode from 'vscode'
import {
  type Hyperparameters,
  hyperparametersSchema,
  TRAINING_METHODS,
} from '../../core/formats/run'
import { modelName } from '../../curation/engine'
import type { TrainingMethod } from '../../shared/domain'
import { failureError } from '../../shared/errors'
import { EMBEDDED_MODEL } from '../../processes/trainableModel'
import { givenModel } from '../../processes/givenPaths'
import { activeCuration } from '../curations'
import { workspaceFolder } from '../settings'
import { showCuration } from './open'
import type { Command } from './command'

export const startTraining: Command = async ({ curations, training }, uri) => {
  const session = await curations.pick(uri)
  if (!session) return
  session.showFailure(null)
  const curation = await session.open()
  training.mustBeIdle(session.uri.fsPath)
  if (curation.dataSet.rows().length < 2)
    throw failureError('bad-input', 'The data set has fewer than 2 rows.', {
      where: curation.paths.output,
      remedy: 'Label more selections first: ties, both bad and skips make no row.',
    })
  const title = vscode.l10n.t('Start Training Run')
  const model = await pickModel(title)
  if (model === undefined) return
  const method = await vscode.window.showQuickPick(
    TRAINING_METHODS.map((value) => ({
      label: METHOD_LABELS[value].label,
      detail: METHOD_LABELS[value].detail,
      value,
    })),
    { title, placeHolder: vscode.l10n.t('Training method') },
  )
  if (!method) return
  const hyperparameters = await reviewHyperparameters(title)
  if (!hyperparameters) return
  await showCuration(session.uri)
  await training.start(curation, { method: method.value, model, hyperparameters })
}

/** Goes on with a run that ended early, from its last checkpoint. */
export const resumeTraining =
  (id: string): Command =>
  async ({ curations, training }, uri) => {
    const session = await curations.pick(uri)
    if (!session) return
    session.showFailure(null)
    await training.resume(await session.open(), id)
  }

/**
 * The run of the curation that is named or in front, else the only one there is, or a picked one.
 */
export const stopTraining: Command = async ({ training }, uri) => {
  const live = training.liveFiles()
  const meant =
    live.find((file) => file === (uri ?? activeCuration())?.fsPath) ??
    (live.length === 1 ? live[0] : await pickRun(live))
  if (meant !== undefined) await training.stop(meant)
}

async function pickRun(files: readonly string[]): Promise<string | undefined> {
  const items = files.map((file) => ({ label: vscode.workspace.asRelativePath(file), file }))
  return (
    await vscode.window.showQuickPick(items, {
      placeHolder: vscode.l10n.t('The training run of which curation?'),
    })
  )?.file
}

const METHOD_LABELS: Record<TrainingMethod, { label: string; detail: string }> = {
  dpo: { label: 'DPO', detail: vscode.l10n.t('Direct Preference Optimization (arXiv 2305.18290)') },
}

/** Folders of the workspace with PyTorch weights first. */
async function pickModel(title: string): Promise<string | undefined> {
  const weights = await vscode.workspace.findFiles(
    '**/*.safetensors',
    '{**/node_modules/**,**/*.aepo/**}',
    50,
  )
  const folders = [...new Set(weights.map((file) => path.dirname(file.fsPath)))]
  const browse = {
    label: vscode.l10n.t('$(folder-opened) Folder…'),
    description: vscode.l10n.t('a model in Hugging Face format'),
  }
  const hub = {
    label: vscode.l10n.t('$(cloud-download) Hub id…'),
    description: 'HuggingFaceTB/SmolLM2-135M-Instruct',
  }
  const embedded = {
    label: vscode.l10n.t('{0} (embedded)', modelName(EMBEDDED_MODEL)),
    description: vscode.l10n.t('the model that comes with the extension'),
    folder: EMBEDDED_MODEL,
  }
  const local = folders.map((folder) => ({
    label: vscode.workspace.asRelativePath(folder),
    description: vscode.l10n.t('in this workspace'),
    folder,
  }))
  const picked = await vscode.window.showQuickPick<vscode.QuickPickItem & { folder?: string }>(
    [...local, embedded, browse, hub],
    { title, placeHolder: vscode.l10n.t('Which model is trained?') },
  )
  switch (picked) {
    case undefined:
      return undefined
    case browse:
      return (
        await vscode.window.showOpenDialog({ title, canSelectFolders: true, canSelectFiles: false })
      )?.[0]?.fsPath
    case hub: {
      const id = await vscode.window.showInputBox({
        title,
        prompt: vscode.l10n.t('Hub id: owner/name'),
        value: hub.description,
      })
      return id && givenModel(id.trim(), workspaceFolder())
    }
    default:
      return picked.folder
  }
}

/** Shows every hyper-parameter with its value; each can be changed before the start. */
async function reviewHyperparameters(title: string): Promise<Hyperparameters | undefined> {
  let values = hyperparametersSchema.parse({})
  for (;;) {
    const start = { label: vscode.l10n.t('$(play) Start'), description: summary(values) }
    const items = (Object.keys(values) as (keyof Hyperparameters)[]).map((key) => ({
      label: key,
      description: String(values[key]),
      key,
    }))
    const picked = await vscode.window.showQuickPick<
      vscode.QuickPickItem & { key?: keyof Hyperparameters }
    >([start, ...items], {
      title,
      placeHolder: vscode.l10n.t('Start, or choose a value to change it'),
    })
    if (!picked) return undefined
    const { key } = picked
    if (key === undefined) return values
    const parse = (text: string): ReturnType<typeof hyperparametersSchema.safeParse> =>
      hyperparametersSchema.safeParse({ ...values, [key]: text === 'null' ? null : text })
    const text = await vscode.window.showInputBox({
      title,
      prompt: key,
      value: String(values[key]),
      validateInput: (input) => parse(input).error?.issues[0]?.message,
    })
    if (text === undefined) continue
    const parsed = parse(text)
    if (parsed.success) values = parsed.data
  }
}

function summary({
  lora,
  loraRank,
  learningRate,
  beta,
  epochs,
  maxSteps,
}: Hyperparameters): string {
  const length =
    maxSteps === null ? vscode.l10n.t('{0} epochs', epochs) : vscode.l10n.t('{0} steps', maxSteps)
  return [
    lora ? `LoRA ${loraRank}` : vscode.l10n.t('all weights'),
    `learning rate ${learningRate}`,
    `β ${beta}`,
    length,
  ].join(' · ')
}
