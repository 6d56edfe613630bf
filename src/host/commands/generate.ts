// Generating, stopping, and selecting anew.
import * as vscode from 'vscode'
import { fail } from '../../shared/errors'
import { showCuration } from './open'
import type { Command } from './table'

export const generateCandidates: Command = async ({ curations }, uri) => {
  const session = await curations.pick(uri)
  if (!session) return
  mustBeTrusted('Nothing is generated in an untrusted workspace.')
  await showCuration(session.uri)
  await session.generate()
}

export const selectAgain: Command = async ({ curations }, uri) => {
  const session = await curations.pick(uri)
  if (!session) return
  mustBeTrusted('Nothing is selected in an untrusted workspace: the embedder may be a server.')
  await session.select()
}

export const stopGeneration: Command = ({ curations }, uri) => {
  curations.stopGeneration(uri)
  return Promise.resolve()
}

function mustBeTrusted(message: string): void {
  if (!vscode.workspace.isTrusted) throw fail('untrusted', message, { remedy: 'Trust the workspace first.' })
}
