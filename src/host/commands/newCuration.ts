// New Curation…: from a file of prompts to a curation file, open in its editor.
import path from 'node:path'
import * as vscode from 'vscode'
import { type CurationFileInput, curationFileSchema } from '../../core/formats/curationFile'
import { loadPrompts } from '../../store/promptFile'
import { writeCurationFile } from '../../store/curationFileStore'
import { showCuration } from './open'
import { pickFields, pickPromptFile } from './promptFiles'
import { askServerAddress, pickServerModel } from './servers'
import type { Command, CommandServices } from './table'

const DEFAULTS = curationFileSchema.parse({ version: 1, prompts: '-' })

export const newCuration: Command = async (services, uri) => {
  const title = vscode.l10n.t('New Curation')
  const prompts = uri ?? (await pickPromptFile(title))
  if (!prompts) return
  const fields = await pickFields(prompts, title)
  if (!fields) return
  await loadPrompts(prompts.fsPath, fields) // fails here, before anything is written, when a row is no prompt
  const generator = await pickGenerator(services, title)
  if (!generator) return
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
    generator,
    sampling: { ...DEFAULTS.sampling, n: Number(n) },
    embedder: DEFAULTS.embedder,
    selection: DEFAULTS.selection,
    annotation: DEFAULTS.annotation,
  }, { overwrite: false })
  await showCuration(vscode.Uri.file(file))
}

async function pickGenerator(services: CommandServices, title: string): Promise<CurationFileInput['generator'] | undefined> {
  const embedded = { label: 'SmolLM2-135M-Instruct', description: vscode.l10n.t('embedded') }
  const folder = { label: vscode.l10n.t('$(folder-opened) Folder…'), description: vscode.l10n.t('a model in ONNX format for transformers.js') }
  const hub = { label: vscode.l10n.t('$(cloud-download) Hub id…'), description: 'onnx-community/Qwen3-0.6B-ONNX' }
  const server = { label: vscode.l10n.t('$(server) A server with the OpenAI API…'), description: vscode.l10n.t('vLLM, SGLang, llama.cpp, Ollama, …') }
  const local = (model: string | undefined): CurationFileInput['generator'] => (model === undefined ? undefined : { model, device: 'auto' })
  const picked = await vscode.window.showQuickPick([embedded, folder, hub, server], { title, placeHolder: vscode.l10n.t('Which model samples the candidates?') })
  switch (picked) {
    case undefined:
      return undefined
    case folder:
      return local((await vscode.window.showOpenDialog({ title, canSelectFolders: true, canSelectFiles: false }))?.[0]?.fsPath)
    case hub:
      return local(await vscode.window.showInputBox({ title, prompt: vscode.l10n.t('Hub id: owner/name'), validateInput: (text) => (/^[\w.-]+\/[\w.-]+$/.test(text) ? undefined : vscode.l10n.t('owner/name')) }))
    case server:
      return pickServer(services, title)
    default:
      return DEFAULTS.generator
  }
}

async function pickServer(services: CommandServices, title: string): Promise<CurationFileInput['generator'] | undefined> {
  const address = await askServerAddress(title)
  if (address === undefined) return undefined
  const model = await pickServerModel(services, address, title)
  return model === undefined ? undefined : { server: address, model }
}
