// The questions beside the form of a training run: another model, a file that a value names, and
// whether to start although rows are left out.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import path from 'node:path'
import * as vscode from 'vscode'
import type { CommonHyperparameters } from '../../core/training/settings/hyperparameters'
import { modelName } from '../../curation/engine'
import { givenModel, portablePath } from '../../processes/givenPaths'
import { EMBEDDED_MODEL } from '../../processes/trainableModel'
import type { PreparedRun } from '../../training/prepareRun'
import { usualModel } from '../../training/usualModel'
import { askModel } from '../questions/model'
import { workspaceFolder } from '../settings'
import type { KnownModel } from '../trainingDraft'
import { displayPath } from '../window'

/** A folder or a hub id; null when the user cancelled. */
export async function askTrainedModel(current: string): Promise<KnownModel | null> {
  const place = { title: l10n.t('Start Training Run'), step: 1, steps: 1, canGoBack: false }
  const answer = await askModel(place, {
    placeholder: l10n.t('Which model is trained?'),
    offered: [],
    folderHolds: l10n.t('a model in Hugging Face format'),
    hubExample: 'HuggingFaceTB/SmolLM2-135M-Instruct',
    current: { kind: 'model', model: current },
  })
  if (answer.kind !== 'given' || answer.value.kind !== 'model') return null
  return knownModel(givenModel(answer.value.model, workspaceFolder()))
}

/** A folder outside the workspace is known by its name alone. */
function knownModel(model: string): KnownModel {
  const shown = displayPath(model)
  const id = path.isAbsolute(shown) ? path.basename(model) : shown
  return { id, label: id, model }
}

/**
 * A file that a hyper-parameter names, in the workspace relative to it; undefined when the user
 * cancelled.
 * @param current the value that it has.
 */
export async function askSettingFile(
  key: string,
  current: string | undefined,
): Promise<string | undefined> {
  const folder = workspaceFolder()
  const before = current === undefined ? folder : path.dirname(path.resolve(folder, current))
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: key,
      openLabel: l10n.t('Choose'),
      defaultUri: vscode.Uri.file(existsSync(before) ? before : folder),
      filters: { 'YAML, JSON': ['yaml', 'yml', 'json'], [l10n.t('All files')]: ['*'] },
    })) ?? []
  return chosen && portablePath(chosen.fsPath, folder)
}

/**
 * Folders of the workspace with PyTorch weights, and the embedded model. The last one is that of
 * {@link usualModel}.
 * @param latest the model of the newest run, as its run.json names it.
 */
export async function trainableModels(latest?: string): Promise<KnownModel[]> {
  const weights = await vscode.workspace.findFiles(
    '**/*.safetensors',
    '{**/node_modules/**,**/*.aepo/**}',
    50,
  )
  const folders = [...new Set(weights.map((file) => path.dirname(file.fsPath)))]
  const embedded = l10n.t('{0} (embedded)', modelName(EMBEDDED_MODEL))
  const models = [
    ...folders.map(knownModel),
    { id: EMBEDDED_MODEL, label: embedded, model: EMBEDDED_MODEL },
  ]
  const trained = usualModel(latest)
  const known = models.find(({ model }) => model === trained) ?? knownModel(trained)
  return [...models.filter((one) => one !== known), known]
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
