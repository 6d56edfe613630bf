// Which file of rows: one of the workspace, or any other.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { chooseFile, type Item, pick } from './input'
import type { QuestionAnswer, QuestionPlace } from './sequence'

const TEXT_ENDINGS = ['jsonl', 'ndjson', 'json', 'csv', 'tsv', 'txt']
const ENDINGS = [...TEXT_ENDINGS, 'parquet', ...TEXT_ENDINGS.map((ending) => `${ending}.gz`)]
/** Files in these places and with these names hold neither prompts nor responses. */
const OTHERS =
  '{**/node_modules/**,**/.*/**,**/*.aepo/**,**/*.aepo.json,**/*.dpo.jsonl,**/package*.json,**/tsconfig*.json}'
const MOST_OFFERED = 200

interface FileQuestion {
  placeholder: string
  /** The answer as it is now, if any. */
  current: string
}

export async function askRowFile(
  place: QuestionPlace,
  { placeholder, current }: FileQuestion,
): Promise<QuestionAnswer<string>> {
  const pattern = `**/*.{${ENDINGS.join(',')}}`
  const found = await vscode.workspace.findFiles(pattern, OTHERS, MOST_OFFERED)
  const items: Item<string | null>[] = [
    ...found
      .map(({ fsPath }) => ({ label: vscode.workspace.asRelativePath(fsPath), value: fsPath }))
      .sort((a, b) => a.label.localeCompare(b.label)),
    { label: l10n.t('$(folder-opened) Browse…'), value: null },
  ]
  for (;;) {
    const choice = await pick<string | null>(place, items, { placeholder, current })
    if (choice.kind !== 'given') return choice
    if (choice.value !== null) return { kind: 'given', value: choice.value }
    const file = await chooseFile(place.title, {
      [l10n.t('Rows')]: [...TEXT_ENDINGS, 'parquet', 'gz'],
    })
    if (file.kind === 'given') return file
  }
}
