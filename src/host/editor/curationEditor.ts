// The custom editor of `*.aepo.json`: joins each webview panel to the session of its file.
import * as vscode from 'vscode'
import type {
  EditorAction,
  EditorHostSide,
  EditorWebviewSide,
  RunAction,
  Task,
} from '../../shared/editorProtocol'
import { connect } from '../../shared/rpc'
import { annotate, undo } from '../../curation/annotate'
import { poolOf } from '../../curation/pool'
import { findTask } from '../../curation/tasks'
import type { Curations } from '../curations'
import type { CurationSession } from '../curationSession'
import { answer } from './failures'
import { editorHtml } from './html'

/** What the editor's buttons do: the commands of the palette, on this editor's file. */
export type ActionHandler = (
  action: EditorAction | RunAction,
  session: CurationSession,
) => Promise<void>

export class CurationEditorProvider implements vscode.CustomTextEditorProvider {
  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly curations: Curations,
    private readonly act: ActionHandler,
  ) {}

  resolveCustomTextEditor(document: vscode.TextDocument, panel: vscode.WebviewPanel): void {
    const session = this.curations.session(document.uri)
    const { webview } = panel
    webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(this.extensionUri, 'dist')],
    }

    const peer = connect<EditorHostSide, EditorWebviewSide>(
      {
        send: (message) => void webview.postMessage(message),
        onMessage: (listener) => void webview.onDidReceiveMessage(listener),
      },
      {
        ready: async () => {
          await session.refresh()
          const task = await firstTask(session)
          return { view: session.view(), task }
        },
        task: (request) => answer(async () => findTask(await session.open(), request)),
        pool: ({ selectionId }) => answer(async () => poolOf(await session.open(), selectionId)),
        annotate: ({ next, ...params }) =>
          answer(async () => {
            const curation = await session.open()
            await annotate(curation, params, panel)
            return findTask(curation, next)
          }),
        undo: () => answer(async () => undo(await session.open(), panel)),
        act: async (action) => {
          await this.act(action, session)
          return null
        },
      },
      {},
    )
    this.curations.attach(panel, session)
    const subscriptions = [
      session.onViewChange(() => peer.notify('view', session.view())),
      // The answer to this panel's own request says what to show.
      session.onTasksChange((origin) => {
        if (origin !== panel) peer.notify('tasksChanged', null)
      }),
      panel.onDidChangeViewState(() => {
        if (panel.visible) void session.refresh()
      }),
    ]
    panel.onDidDispose(() => {
      peer.close({ code: 'cancelled', message: 'The editor was closed.' })
      vscode.Disposable.from(...subscriptions).dispose()
    })
    webview.html = editorHtml(webview, this.extensionUri, session.view().name)
  }
}

/** null also while the curation file is not valid: the view says why. */
async function firstTask(session: CurationSession): Promise<Task | null> {
  try {
    return findTask(await session.open(), { go: 'next-open' })
  } catch {
    return null
  }
}
