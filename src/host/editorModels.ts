// The language models that VS Code offers to extensions, as judges. VS Code asks for consent once.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import type { AskEditor } from '../curation/annotators/judgeModels'
import { failureError } from '../shared/errors'

/** They have no system messages, no seed and no log-probabilities. */
export const askEditor: AskEditor = async (wanted, messages, signal) => {
  const model = await editorModel(wanted)
  const stop = new vscode.CancellationTokenSource()
  const cancel = (): void => stop.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const given = messages.map(({ content }) => vscode.LanguageModelChatMessage.User(content))
    const promptTokens = await model.countTokens(given[0] ?? '', stop.token)
    const options = { justification: l10n.t('It compares responses as a judge that you declared.') }
    const response = await model.sendRequest(given, options, stop.token)
    let text = ''
    for await (const part of response.text) text += part
    signal.throwIfAborted()
    return { text, promptTokens, tokens: await model.countTokens(text, stop.token) }
  } catch (thrown) {
    signal.throwIfAborted()
    throw thrown instanceof vscode.LanguageModelError ? refused(thrown, model.name) : thrown
  } finally {
    signal.removeEventListener('abort', cancel)
    stop.dispose()
  }
}

async function editorModel(wanted: string | undefined): Promise<vscode.LanguageModelChat> {
  const all = await vscode.lm.selectChatModels()
  const found = all.find(
    ({ id, family }) => wanted === undefined || id === wanted || family === wanted,
  )
  if (found) return found
  throw failureError(
    'not-found',
    wanted === undefined
      ? l10n.t('VS Code offers no language model.')
      : l10n.t`VS Code offers no language model “${wanted}”.`,
    {
      remedy:
        all.length === 0
          ? l10n.t('Install an extension that provides one and sign in, or use another judge.')
          : l10n.t`It offers: ${all.map(({ family }) => family).join(', ')}.`,
    },
  )
}

const refused = ({ message }: vscode.LanguageModelError, model: string): Error =>
  failureError('server-refused', l10n.t`The language model ${model} does not answer: ${message}`, {
    remedy: l10n.t('Allow the extension to use it, or use another judge.'),
  })
