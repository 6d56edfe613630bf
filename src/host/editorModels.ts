// The language models that VS Code offers to extensions, as judges. VS Code asks for consent once.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import type { AskEditor } from '../curation/annotators/judgeModels'
import type { JudgedAnswer } from '../shared/engineProtocol'
import { failureError } from '../shared/errors'

/** They have no system messages, no seed and no log-probabilities. */
export const askEditor: AskEditor = async (wanted, messages, signal) => {
  const model = await editorModel(wanted)
  // An event that came before its listener does not come again.
  signal.throwIfAborted()
  const stop = new vscode.CancellationTokenSource()
  const cancel = (): void => stop.cancel()
  // A model may ignore the token.
  const cancelled = new Promise<never>((_, reject) => stop.token.onCancellationRequested(reject))
  signal.addEventListener('abort', cancel, { once: true })
  try {
    const given = messages.map(({ content }) => vscode.LanguageModelChatMessage.User(content))
    return await Promise.race([cancelled, answerOf(model, given, stop.token)])
  } catch (thrown) {
    signal.throwIfAborted()
    throw refused(thrown, model.name)
  } finally {
    signal.removeEventListener('abort', cancel)
    stop.dispose()
  }
}

async function answerOf(
  model: vscode.LanguageModelChat,
  messages: vscode.LanguageModelChatMessage[],
  token: vscode.CancellationToken,
): Promise<JudgedAnswer> {
  const justification = l10n.t('It compares responses as a judge that you declared.')
  const response = await model.sendRequest(messages, { justification }, token)
  let text = ''
  for await (const part of response.text) text += part
  // An answer is kept, whether or not the model still counts its tokens.
  const tokensOf = async (
    counted: string | vscode.LanguageModelChatMessage = '',
  ): Promise<number | null> => {
    try {
      return await model.countTokens(counted, token)
    } catch {
      return null
    }
  }
  return { text, promptTokens: await tokensOf(messages[0]), tokens: await tokensOf(text) }
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

/** What an extension that provides a model throws arrives as an error of any class. */
function refused(thrown: unknown, model: string): unknown {
  if (!(thrown instanceof Error)) return thrown
  const code = thrown instanceof vscode.LanguageModelError ? thrown.code : ''
  if (code === vscode.LanguageModelError.NoPermissions.name)
    return failureError('server-refused', l10n.t`AEPO may not use the language model ${model}.`, {
      remedy: l10n.t('Run the judge again and allow it, or use another judge.'),
    })
  if (code === vscode.LanguageModelError.NotFound.name)
    return failureError('not-found', l10n.t`VS Code no longer offers the model ${model}.`, {
      remedy: l10n.t('Sign in to its provider again, or use another judge.'),
    })
  return failureError(
    'server-refused',
    l10n.t`The language model ${model} does not answer: ${thrown.message}`,
    { remedy: l10n.t('Run the judge again later, or use another judge.') },
  )
}
