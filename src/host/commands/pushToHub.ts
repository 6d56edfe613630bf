// Push Model to the Hub…: the model of a run as a folder with a card, and a terminal with the line
// that uploads it. The user presses Enter there; nothing is uploaded before.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import * as vscode from 'vscode'
import { isHubId } from '../../core/formats/hubId'
import { uploadLine } from '../../training/exportedModel'
import { newFolder } from '../../training/newFolder'
import { mustBeTrusted } from '../trust'
import type { Command } from './command'
import { pickFinishedRun } from './nextRound'

const TITLE = l10n.t('Push Model to the Hub')

export const pushToHub: Command = async (services, uri) => {
  const document = await services.curations.pick(uri)
  if (!document) return
  mustBeTrusted(l10n.t('No model is built in an untrusted workspace.'))
  document.showFailure(null)
  const curation = await document.open()
  const placeHolder = l10n.t('The model of which run?')
  const run = await pickFinishedRun(services, curation, { title: TITLE, placeHolder })
  if (!run) return
  const repository = await askRepository(run.file.id)
  if (repository === undefined) return
  const models = path.join(curation.paths.base, 'models')
  const folder = newFolder(models, path.posix.basename(repository))
  if (!(await services.training.exportModel(run, folder))) return
  const terminal = vscode.window.createTerminal({ name: TITLE, cwd: curation.paths.base })
  terminal.show()
  terminal.sendText(uploadLine(repository, folder), false)
  const card = l10n.t('Open Model Card')
  const choice = await vscode.window.showInformationMessage(
    l10n.t(
      'The terminal holds the line that uploads the model to {0}: press Enter there. It needs the program hf (pip install huggingface_hub) and “hf auth login”.',
      repository,
    ),
    card,
  )
  if (choice === card)
    await vscode.window.showTextDocument(vscode.Uri.file(path.join(folder, 'README.md')))
}

/** As the hub takes it: `owner/name`. undefined when the user gave none. */
const askRepository = (id: string): Thenable<string | undefined> =>
  vscode.window.showInputBox({
    title: TITLE,
    prompt: l10n.t('Repository on the hub, as OWNER/NAME. It is made private.'),
    value: `OWNER/${id}`,
    valueSelection: [0, 'OWNER'.length],
    ignoreFocusOut: true,
    validateInput: (text) =>
      isHubId(text) && !text.startsWith('OWNER/')
        ? null
        : l10n.t('Write OWNER/NAME, of letters, digits, “.”, “_” and “-”.'),
  })
