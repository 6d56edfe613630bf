// What the user is asked before a training run: model, method, hyper-parameters, and whether the
// run is wanted in spite of rows that are left out.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import * as vscode from 'vscode'
import { plannedSteps } from '../../core/training/defaults'
import {
  type CommonHyperparameters,
  type Hyperparameters,
  hyperparameterDescriptions,
  parseHyperparameters,
} from '../../core/training/hyperparameters'
import { METHODS, type MethodId } from '../../core/training/methods/table'
import { planSentence } from '../../core/training/estimate'
import { modelName } from '../../curation/engine'
import { EMBEDDED_MODEL } from '../../processes/trainableModel'
import { givenModel } from '../../processes/givenPaths'
import type { PreparedRun } from '../../training/prepareRun'
import { workspaceFolder } from '../settings'

/** Folders of the workspace with PyTorch weights first. */
export async function pickModel(title: string): Promise<string | undefined> {
  const weights = await vscode.workspace.findFiles(
    '**/*.safetensors',
    '{**/node_modules/**,**/*.aepo/**}',
    50,
  )
  const folders = [...new Set(weights.map((file) => path.dirname(file.fsPath)))]
  const browse = {
    label: l10n.t('$(folder-opened) Folder…'),
    description: l10n.t('a model in Hugging Face format'),
  }
  const hub = {
    label: l10n.t('$(cloud-download) Hub id…'),
    description: 'HuggingFaceTB/SmolLM2-135M-Instruct',
  }
  const embedded = {
    label: l10n.t('{0} (embedded)', modelName(EMBEDDED_MODEL)),
    description: l10n.t('the model that comes with the extension'),
    folder: EMBEDDED_MODEL,
  }
  const local = folders.map((folder) => ({
    label: vscode.workspace.asRelativePath(folder),
    description: l10n.t('in this workspace'),
    folder,
  }))
  const picked = await vscode.window.showQuickPick<vscode.QuickPickItem & { folder?: string }>(
    [...local, embedded, browse, hub],
    { title, placeHolder: l10n.t('Which model is trained?') },
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
        prompt: l10n.t('Hub id: owner/name'),
        value: hub.description,
      })
      return id && givenModel(id.trim(), workspaceFolder())
    }
    default:
      return picked.folder
  }
}

export async function pickMethod(title: string): Promise<MethodId | undefined> {
  const items = Object.values(METHODS).map(({ id, label, paper }) => ({
    label,
    detail: `${paper.title} (arXiv ${paper.arxiv})`,
    id,
  }))
  const placeHolder = l10n.t('Training method')
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.id
}

/**
 * Shows every hyper-parameter with its value; each can be changed before the start.
 * @param showRows opens what these values would train on.
 */
export async function reviewHyperparameters(
  title: string,
  method: MethodId,
  pairs: number,
  showRows: (values: Hyperparameters) => Promise<void>,
): Promise<Hyperparameters | undefined> {
  const given: Record<string, string> = {}
  const parse = (changes: Record<string, string>): ReturnType<typeof parseHyperparameters> =>
    parseHyperparameters(method, pairs, { ...given, ...changes })
  const descriptions = hyperparameterDescriptions(method)
  for (;;) {
    const parsed = parse({})
    if (!parsed.success) return undefined // what is given was parsed before it was taken
    const { values } = parsed
    const flat: Record<string, unknown> = { ...values.own, ...values.common }
    const start = {
      label: l10n.t('$(play) Start'),
      description: summary(pairs, values),
    }
    const rows = { label: l10n.t('$(list-flat) Show Rows as Tokens') }
    const items = [...descriptions].map(([key, detail]) => ({
      label: key,
      description: String(flat[key]),
      detail,
      key,
    }))
    const picked = await vscode.window.showQuickPick<vscode.QuickPickItem & { key?: string }>(
      [start, rows, ...items],
      { title, placeHolder: l10n.t('Start, or choose a value to change it') },
    )
    if (!picked || picked === rows) {
      if (picked) await showRows(values)
      return undefined
    }
    const { key } = picked
    if (key === undefined) return values
    const text = await vscode.window.showInputBox({
      title,
      prompt: key,
      value: String(flat[key]),
      validateInput: (input) => {
        const checked = parse({ [key]: input })
        return checked.success ? undefined : checked.message
      },
    })
    if (text !== undefined && parse({ [key]: text }).success) given[key] = text
  }
}

/**
 * Asks whether to start although rows are left out or cut; undefined when the user cancelled. A run
 * that is refused cannot be started as it is.
 */
export async function confirmProblems(
  { inspection, plan, refusal }: PreparedRun,
  { cutOff }: Pick<CommonHyperparameters, 'cutOff'>,
): Promise<'start' | 'show-rows' | 'keep-cut-off' | undefined> {
  const start = l10n.t('Start Run')
  const keep = l10n.t('Keep Cut-Off Rows')
  const show = l10n.t('Show Rows')
  const { rows, kept, problems } = inspection
  const leavesOutCutOff = cutOff === 'leave-out' && problems.some(({ kind }) => kind === 'cut-off')
  const used = l10n.t('{0} of {1} rows are used.', kept, rows)
  const choice = await vscode.window.showWarningMessage(
    refusal ? l10n.t('This run cannot start.') : l10n.t('Start this run? {0}.', plan),
    { modal: true, detail: [used, ...problems.map(({ message }) => message)].join('\n') },
    ...(refusal ? [] : [start]),
    ...(leavesOutCutOff ? [keep] : []),
    show,
  )
  if (choice === start) return 'start'
  if (choice === keep) return 'keep-cut-off'
  return choice === show ? 'show-rows' : undefined
}

/** "14 pairs, 56 steps · LoRA 16 · learning rate 0.0001", from the number of pairs alone. */
function summary(pairs: number, { common }: Hyperparameters): string {
  const steps = plannedSteps(pairs, common)
  return [
    planSentence({ pairs, heldOut: 0, steps, seconds: null }),
    common.lora ? `LoRA ${common.loraRank}` : l10n.t('all weights'),
    l10n.t('learning rate {0}', common.learningRate),
  ].join(' · ')
}
