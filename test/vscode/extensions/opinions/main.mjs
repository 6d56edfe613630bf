// Language models with known opinions. That a request needs consent is a proposal of VS Code's API,
// which providers of real models use.
import * as vscode from 'vscode'

const ANSWER = 'Both are fine.\n\n```json\n{"verdict": "A"}\n```\n'

/** Each answers with a text, or not at all. */
const MODELS = {
  first: async () => ANSWER,
  silent: () => new Promise(() => {}),
  tired: async () => {
    throw new Error('The quota of this month is used up.')
  },
  leaving: async (leave) => {
    leave()
    return ANSWER
  },
}

export function activate({ subscriptions }) {
  const gone = new Set()
  const changed = new vscode.EventEmitter()
  const provider = {
    onDidChangeLanguageModelChatInformation: changed.event,
    provideLanguageModelChatInformation: () =>
      Object.keys(MODELS)
        .filter((id) => !gone.has(id))
        .map((id) => ({
          id,
          name: id,
          family: id,
          version: '1',
          maxInputTokens: 8192,
          maxOutputTokens: 1024,
          capabilities: {},
          requiresAuthorization: { label: 'Tester' },
        })),
    async provideLanguageModelChatResponse({ id }, messages, options, progress) {
      const leave = () => {
        gone.add(id)
        changed.fire()
      }
      progress.report(new vscode.LanguageModelTextPart(await MODELS[id](leave)))
    },
    provideTokenCount: async (_, text) => JSON.stringify(text).length,
  }
  subscriptions.push(changed, vscode.lm.registerLanguageModelChatProvider('opinions', provider))
}
