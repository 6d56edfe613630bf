// New Curation…: from a file of prompts to a curation file, open in its editor.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import path from 'node:path'
import * as vscode from 'vscode'
import { type CurationFileInput, curationFileSchema } from '../../core/formats/curationFile'
import { recommendedSampling } from '../../core/formats/recommendedSampling'
import { loadPrompts } from '../../store/promptFile'
import { writeCurationFile } from '../../store/curationFileStore'
import { CURATION_SUFFIX } from '../../store/curationPaths'
import { showCuration } from './open'
import { pickFields, pickPromptFile } from './promptFiles'
import { askServerAddress, pickServerModel } from './servers'
import type { Command, CommandServices } from './command'

const DEFAULTS = curationFileSchema.parse({ version: 1, prompts: '-' })

export const newCuration: Command = async (services, uri) => {
  const title = l10n.t('New Curation')
  const prompts = uri ?? (await pickPromptFile(title))
  if (!prompts) return
  const fields = await pickFields(prompts, title)
  if (!fields) return
  // fails here, before anything is written, when a row is no prompt
  await loadPrompts(prompts.fsPath, { fields, table: {} })
  const generator = await pickGenerator(services, title)
  if (!generator) return
  const n = await vscode.window.showInputBox({
    title,
    prompt: l10n.t('Candidates to sample per prompt (N)'),
    value: String(DEFAULTS.sampling.n),
    validateInput: (text) =>
      /^\d+$/.test(text) && Number(text) >= DEFAULTS.selection.k && Number(text) <= 4096
        ? undefined
        : l10n.t('A whole number from {0} to 4096.', DEFAULTS.selection.k),
  })
  if (n === undefined) return
  const folder = folderFor(prompts)
  const name = await askName(folder, path.basename(prompts.fsPath).replace(/\..*$/, ''), title)
  if (name === undefined) return
  const file = curationFileIn(folder, name)
  await writeCurationFile(
    file,
    {
      version: 1,
      prompts: path.relative(folder, prompts.fsPath).replaceAll('\\', '/'),
      ...(Object.keys(fields).length > 0 ? { fields } : {}),
      output: `${name}.dpo.jsonl`,
      generator,
      sampling: { ...DEFAULTS.sampling, ...recommendedSampling(generator), n: Number(n) },
      embedder: DEFAULTS.embedder,
      selection: DEFAULTS.selection,
      annotation: DEFAULTS.annotation,
    },
    { overwrite: false },
  )
  await showCuration(vscode.Uri.file(file))
}

/**
 * Beside the prompts; for prompts from elsewhere in the workspace, since nothing is written
 * outside.
 */
function folderFor(prompts: vscode.Uri): string {
  const workspace = vscode.workspace.workspaceFolders?.[0]
  return vscode.workspace.getWorkspaceFolder(prompts) || !workspace
    ? path.dirname(prompts.fsPath)
    : workspace.uri.fsPath
}

const curationFileIn = (folder: string, name: string): string =>
  path.join(folder, `${name}${CURATION_SUFFIX}`)

async function askName(
  folder: string,
  suggestion: string,
  title: string,
): Promise<string | undefined> {
  const isTaken = (name: string): boolean => existsSync(curationFileIn(folder, name))
  let value = suggestion
  for (let i = 2; isTaken(value); i++) value = `${suggestion}-${i}`
  return vscode.window.showInputBox({
    title,
    prompt: l10n.t('Name of the curation'),
    value,
    validateInput: (text) => {
      if (!/^[\p{L}\p{N}_][\p{L}\p{N} ._-]*$/u.test(text))
        return l10n.t('A file name: letters, digits, spaces, . _ -')
      return isTaken(text)
        ? l10n.t('{0} is there already.', `${text}${CURATION_SUFFIX}`)
        : undefined
    },
  })
}

async function pickGenerator(
  services: CommandServices,
  title: string,
): Promise<CurationFileInput['generator'] | undefined> {
  const embedded = { label: 'SmolLM2-135M-Instruct', description: l10n.t('embedded') }
  const folder = {
    label: l10n.t('$(folder-opened) Folder…'),
    description: l10n.t('a model in ONNX format for transformers.js'),
  }
  const hub = {
    label: l10n.t('$(cloud-download) Hub id…'),
    description: 'onnx-community/Qwen3-0.6B-ONNX',
  }
  const server = {
    label: l10n.t('$(server) A server with the OpenAI API…'),
    description: l10n.t('vLLM, SGLang, llama.cpp, Ollama, …'),
  }
  const local = (model: string | undefined): CurationFileInput['generator'] =>
    model === undefined ? undefined : { model, device: 'auto' }
  const picked = await vscode.window.showQuickPick([embedded, folder, hub, server], {
    title,
    placeHolder: l10n.t('Which model samples the candidates?'),
  })
  switch (picked) {
    case undefined:
      return undefined
    case folder:
      return local(
        (
          await vscode.window.showOpenDialog({
            title,
            canSelectFolders: true,
            canSelectFiles: false,
          })
        )?.[0]?.fsPath,
      )
    case hub:
      return local(
        await vscode.window.showInputBox({
          title,
          prompt: l10n.t('Hub id: owner/name'),
          validateInput: (text) =>
            /^[\w.-]+\/[\w.-]+$/.test(text) ? undefined : l10n.t('owner/name'),
        }),
      )
    case server:
      return pickServer(services, title)
    default:
      return DEFAULTS.generator
  }
}

async function pickServer(
  services: CommandServices,
  title: string,
): Promise<CurationFileInput['generator'] | undefined> {
  const address = await askServerAddress(title)
  if (address === undefined) return undefined
  const model = await pickServerModel(services, address, title)
  return model === undefined ? undefined : { server: address, model }
}
