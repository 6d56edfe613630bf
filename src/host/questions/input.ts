// The inputs of a sequence of questions. They stay open when the focus goes elsewhere, and have a
// button that goes back.
import * as vscode from 'vscode'
import { given, type QuestionAnswer, type QuestionPlace } from './sequence'

export type Item<T> = vscode.QuickPickItem & { value: T }

interface PickOptions<T> {
  placeholder: string
  /** The answer as it is now: Enter takes its item. By default Enter takes the first item. */
  current?: T | undefined
}

/** A heading in a list. */
export const heading = (label: string): vscode.QuickPickItem => ({
  label,
  kind: vscode.QuickPickItemKind.Separator,
})

const isItem = <T>(item: vscode.QuickPickItem): item is Item<T> =>
  item.kind !== vscode.QuickPickItemKind.Separator

/** Asks for one of the items. */
export function pick<T>(
  place: QuestionPlace,
  items: readonly (Item<T> | vscode.QuickPickItem)[],
  { placeholder, current }: PickOptions<T>,
): Promise<QuestionAnswer<T>> {
  const input = vscode.window.createQuickPick()
  input.items = items
  input.placeholder = placeholder
  input.matchOnDescription = true
  const active = items.find((item) => isItem<T>(item) && item.value === current)
  if (active) input.activeItems = [active]
  return answerOf(input, place, (accept) =>
    input.onDidAccept(() => {
      const [item] = input.selectedItems
      if (item && isItem<T>(item)) accept(item.value)
    }),
  )
}

interface TextOptions {
  prompt: string
  value?: string
  password?: boolean
  /** Why a text cannot be taken; undefined for one that can. */
  problem?: (text: string) => string | undefined
}

/** Asks for a text. It is trimmed. */
export function enter(
  place: QuestionPlace,
  { prompt, value = '', password = false, problem = () => undefined }: TextOptions,
): Promise<QuestionAnswer<string>> {
  const input = vscode.window.createInputBox()
  input.prompt = prompt
  input.value = value
  input.password = password
  const problemNow = (): string | undefined => problem(input.value.trim())
  return answerOf(input, place, (accept) =>
    vscode.Disposable.from(
      input.onDidChangeValue(() => (input.validationMessage = problemNow())),
      input.onDidAccept(() => {
        input.validationMessage = problemNow()
        if (input.validationMessage === undefined) accept(input.value.trim())
      }),
    ),
  )
}

/** Asks for a folder in a dialog; a dialog that is closed goes back. */
export async function chooseFolder(title: string): Promise<QuestionAnswer<string>> {
  return chosen({ title, canSelectFolders: true, canSelectFiles: false })
}

/** Asks for a file in a dialog; a dialog that is closed goes back. */
export async function chooseFile(
  title: string,
  filters: Record<string, string[]>,
): Promise<QuestionAnswer<string>> {
  return chosen({ title, filters })
}

async function chosen(options: vscode.OpenDialogOptions): Promise<QuestionAnswer<string>> {
  const [uri] = (await vscode.window.showOpenDialog(options)) ?? []
  return uri ? given(uri.fsPath) : { kind: 'back' }
}

/** Shows an input until `listen` accepts a value, or the user goes back or closes it. */
function answerOf<T>(
  input: vscode.QuickPick<vscode.QuickPickItem> | vscode.InputBox,
  { title, step, steps, canGoBack }: QuestionPlace,
  listen: (accept: (value: T) => void) => vscode.Disposable,
): Promise<QuestionAnswer<T>> {
  input.title = title
  input.step = step
  input.totalSteps = steps
  input.ignoreFocusOut = true
  if (canGoBack) input.buttons = [vscode.QuickInputButtons.Back]
  return new Promise<QuestionAnswer<T>>((resolve) => {
    vscode.Disposable.from(
      listen((value) => resolve(given(value))),
      input.onDidTriggerButton(() => resolve({ kind: 'back' })),
      input.onDidHide(() => resolve({ kind: 'cancelled' })),
    )
    input.show()
  }).finally(() => input.dispose())
}
