// Asking for a file of prompts and for the fields of its rows.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { previewPrompts } from '../../store/promptFile'
import type { CurationFile } from '../../core/formats/curationFile'

const PROMPT_FILES = '**/*.{jsonl,ndjson,json,csv,tsv,parquet,txt}'
/** Files in these places and with these names are never prompts. */
const NOT_PROMPTS =
  '{**/node_modules/**,**/.*/**,**/*.aepo/**,**/*.aepo.json,**/*.dpo.jsonl,**/package*.json,**/tsconfig*.json}'
const MOST_OFFERED = 200
const PREVIEWED_ROWS = 1000

/** The workspace's files first, any other through a dialog. */
export async function pickPromptFile(title: string): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles(PROMPT_FILES, NOT_PROMPTS, MOST_OFFERED)
  const browse = { label: l10n.t('$(folder-opened) Browse…'), uri: undefined }
  const items = [
    ...found
      .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
      .sort((a, b) => a.label.localeCompare(b.label)),
    browse,
  ]
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: l10n.t('File of prompts: JSONL, JSON, CSV, TSV, Parquet or plain text'),
  })
  if (!picked) return undefined
  if (picked.uri) return picked.uri
  const chosen = await vscode.window.showOpenDialog({
    title,
    filters: {
      [l10n.t('Prompts')]: ['jsonl', 'ndjson', 'json', 'csv', 'tsv', 'parquet', 'txt'],
    },
  })
  return chosen?.[0]
}

/**
 * Which fields hold the prompt and the system prompt; undefined when the person gave up. One field
 * needs no question.
 */
export async function pickFields(
  file: vscode.Uri,
  title: string,
): Promise<CurationFile['fields'] | undefined> {
  const { fieldNames, report } = await previewPrompts(
    file.fsPath,
    { fields: {}, table: {} },
    PREVIEWED_ROWS,
  )
  if (fieldNames.length < 2) return {}
  const names = [...new Set([...report.possible, ...report.systemFields])]
  const detected = { prompt: report.promptFields[0], system: report.systemFields[0] }
  const ordered =
    detected.prompt === undefined
      ? names
      : [detected.prompt, ...names.filter((name) => name !== detected.prompt)]
  const prompt = await vscode.window.showQuickPick(ordered, {
    title,
    placeHolder: l10n.t('Which field holds the prompt?'),
  })
  if (prompt === undefined) return undefined
  const none = l10n.t('(no system prompt)')
  const others = names.filter((name) => name !== prompt)
  const first =
    detected.system !== undefined && others.includes(detected.system) ? detected.system : none
  const choices = [first, ...[none, ...others].filter((name) => name !== first)]
  const system = await vscode.window.showQuickPick(choices, {
    title,
    placeHolder: l10n.t('Which field holds a system prompt?'),
  })
  if (system === undefined) return undefined
  return system === none ? { prompt } : { prompt, system }
}
