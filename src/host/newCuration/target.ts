// Where a new curation is written, and under which name.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import path from 'node:path'
import * as vscode from 'vscode'
import { CURATION_SUFFIX } from '../../store/curationPaths'
import { enter } from '../questions/input'
import { type QuestionAnswer, mapAnswer, type QuestionPlace } from '../questions/sequence'
import { type CurationAnswers, type Target, targetFile } from './answers'

export function targetOf({ file, name }: Pick<CurationAnswers, 'file' | 'name'>): Target {
  const folder = folderFor(vscode.Uri.file(file))
  return { folder, name: name ?? freeName(folder, path.basename(file).replace(/\..*$/, '')) }
}

/**
 * Beside the prompts. For prompts from elsewhere it is the workspace, since nothing is written
 * outside.
 */
function folderFor(prompts: vscode.Uri): string {
  const workspace = vscode.workspace.workspaceFolders?.[0]
  return vscode.workspace.getWorkspaceFolder(prompts) || !workspace
    ? path.dirname(prompts.fsPath)
    : workspace.uri.fsPath
}

function freeName(folder: string, suggestion: string): string {
  let name = suggestion
  for (let i = 2; isTaken({ folder, name }); i++) name = `${suggestion}-${i}`
  return name
}

const isTaken = (target: Target): boolean => existsSync(targetFile(target))

export async function askName(
  answers: CurationAnswers,
  place: QuestionPlace,
): Promise<QuestionAnswer<CurationAnswers>> {
  const { folder, name: value } = targetOf(answers)
  const answer = await enter(place, {
    prompt: l10n.t('Name of the curation'),
    value,
    problem: (name) => {
      if (!/^[\p{L}\p{N}_][\p{L}\p{N} ._-]*$/u.test(name))
        return l10n.t('A file name: letters, digits, spaces, . _ -')
      return isTaken({ folder, name })
        ? l10n.t('{0} already exists.', `${name}${CURATION_SUFFIX}`)
        : undefined
    },
  })
  return mapAnswer(answer, (name) => ({ ...answers, name }))
}
