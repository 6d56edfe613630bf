// Import Model…: a model in Hugging Face format, an adapter or a GGUF file becomes the generator of
// the next round.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import * as vscode from 'vscode'
import { newFolder } from '../../training/newFolder'
import { localRound, roundSource } from '../../training/nextRound'
import type { Command } from './command'
import { begin, openForNextRound } from './nextRound'

export const importModelCommand: Command = async (services, uri) => {
  const opened = await openForNextRound(services, uri)
  if (!opened) return
  const { document, curation } = opened
  const [source] =
    (await vscode.window.showOpenDialog({
      title: l10n.t('Model in Hugging Face format, adapter, or GGUF file'),
      openLabel: l10n.t('Import'),
      canSelectFolders: true,
      canSelectFiles: true,
    })) ?? []
  if (!source) return
  const target = newFolder(
    path.join(curation.paths.base, 'models'),
    path.basename(source.fsPath).replace(/\.gguf$/i, ''),
  )
  const built = await services.training.importModel(source.fsPath, target)
  if (!built) return
  const round = localRound(curation, await roundSource(curation, target, curation.paths.base))
  await begin(services, document, curation, round)
}
