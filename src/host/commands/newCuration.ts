// New Curation…: from a file of prompts to a curation file, open in its editor.
import path from 'node:path'
import * as vscode from 'vscode'
import { curationFileSchema } from '../../core/formats/curationFile'
import { loadPrompts } from '../../store/promptFile'
import { writeCurationFile } from '../../store/curationFileStore'
import { showCuration } from './open'
import { pickFields, pickPromptFile } from './promptFiles'
import type { Command } from './table'

const DEFAULTS = curationFileSchema.parse({ version: 1, prompts: '-' })

export const newCuration: Command = async (_services, uri) => {
  const title = vscode.l10n.t('New Curation')
  const prompts = uri ?? (await pickPromptFile(title))
  if (!prompts) return
  const fields = await pickFields(prompts, title)
  if (!fields) return
  await loadPrompts(prompts.fsPath, fields) // fails here, before anything is written, when a row is no prompt
  const model = await pickGenerator(title)
  if (model === undefined) return
  const n = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Candidates to sample per prompt (N)'),
    value: String(DEFAULTS.sampling.n),
    validateInput: (text) => (/^\d+$/.test(text) && Number(text) >= DEFAULTS.selection.k && Number(text) <= 4096 ? undefined : vscode.l10n.t('A whole number from {0} to 4096.', DEFAULTS.selection.k)),
  })
  if (n === undefined) return
  const folder = path.dirname(prompts.fsPath)
  const name = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t('Name of the curation'),
    value: path.basename(prompts.fsPath).replace(/\..*$/, ''),
    validateInput: (text) => (/^[\p{L}\p{N}_][\p{L}\p{N} ._-]*$/u.test(text) ? undefined : vscode.l10n.t('A file name: letters, digits, spaces, . _ -')),
  })
  if (name === undefined) return
  const file = path.join(folder, `${name}.aepo.json`)
  await writeCurationFile(file, {
    version: 1,
    prompts: path.basename(prompts.fsPath),
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
    output: `${name}.dpo.jsonl`,
    generator: { ...DEFAULTS.generator, model },
    sampling: { ...DEFAULTS.sampling, n: Number(n) },
    embedder: DEFAULTS.embedder,
    selection: DEFAULTS.selection,
    annotation: DEFAULTS.annotation,
  }, { overwrite: false })
  await showCuration(vscode.Uri.file(file))
}

async function pickGenerator(title: string): Promise<string | undefined> {
  const embedded = { label: 'SmolLM2-135M-Instruct', description: vscode.l10n.t('embedded'), value: DEFAULTS.generator.model }
  const folder = { label: vscode.l10n.t('$(folder-opened) Folder…'), description: vscode.l10n.t('a model in ONNX format for transformers.js'), value: '' }
  const hub = { label: vscode.l10n.t('$(cloud-download) Hub id…'), description: 'onnx-community/Qwen3-0.6B-ONNX', value: '' }
  const picked = await vscode.window.showQuickPick([embedded, folder, hub], { title, placeHolder: vscode.l10n.t('Which model samples the candidates?') })
  switch (picked) {
    case undefined:
      return undefined
    case folder:
      return (await vscode.window.showOpenDialog({ title, canSelectFolders: true, canSelectFiles: false }))?.[0]?.fsPath
    case hub:
      return vscode.window.showInputBox({ title, prompt: vscode.l10n.t('Hub id: owner/name'), validateInput: (text) => (/^[\w.-]+\/[\w.-]+$/.test(text) ? undefined : vscode.l10n.t('owner/name')) })
    default:
      return picked.value
  }
}
