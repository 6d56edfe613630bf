// The custom editor of `*.aepo.json`: joins each webview panel to the document of its file.
import * as vscode from 'vscode'
import { readableReports } from '../../curation/annotators/judgeReport'
import { generatorStrengths } from '../../curation/dataSet/strengths'
import { annotate, undo } from '../../curation/labelling/annotate'
import { setFlag } from '../../curation/labelling/flag'
import { poolMapOf, poolOf } from '../../curation/labelling/pool'
import { reviewRows } from '../../curation/labelling/review'
import { labelStatistics } from '../../curation/labelling/statistics'
import { findTask } from '../../curation/labelling/tasks'
import { blindTasks } from '../../evaluation/blindTask'
import type { Action } from '../../shared/editorProtocol'
import type { CurationDocument } from '../curationDocument'
import type { Curations } from '../curations'
import type { LabelAnalyses } from '../labelAnalyses'
import { displayPath } from '../window'
import { editorHtml, type Language } from './html'
import { EditorPanel, type PanelSource } from './panel'
import { withoutPaths } from './state'

/** What the editor's buttons do: the commands of the palette, on this editor's file. */
export type ActionHandler = (action: Action, document: CurationDocument) => Promise<void>

export class CurationEditorProvider implements vscode.CustomTextEditorProvider {
  constructor(
    private readonly extensionUri: vscode.Uri,
    private readonly curations: Curations,
    private readonly act: ActionHandler,
    private readonly analyses: LabelAnalyses,
  ) {}

  resolveCustomTextEditor({ uri }: vscode.TextDocument, panel: vscode.WebviewPanel): void {
    const document = this.curations.document(uri)
    const { webview } = panel
    webview.options = {
      enableScripts: true,
      localResourceRoots: [vscode.Uri.joinPath(this.extensionUri, 'dist')],
    }
    const editorPanel = new EditorPanel(this.sourceOf(document), {
      send: (message) => void webview.postMessage(message),
      onMessage: (listener) => void webview.onDidReceiveMessage(listener),
    })
    this.curations.attach(panel, document)
    const visibility = panel.onDidChangeViewState(() => {
      if (panel.visible) void document.refresh()
    })
    panel.onDidDispose(() => {
      editorPanel.dispose()
      visibility.dispose()
    })
    webview.html = editorHtml(
      webview,
      this.extensionUri,
      document.state().file.name,
      pageLanguage(),
    )
  }

  private sourceOf(document: CurationDocument): PanelSource {
    return {
      state: () => document.state(),
      open: async () => {
        const curation = await document.open()
        return {
          task: (request) => {
            const task = findTask(curation, request)
            document.lookAhead.request(task)
            return task
          },
          reach: (request) => document.lookAhead.reach(request),
          pool: (selectionId) => poolOf(curation, selectionId),
          poolMap: (selectionId) => poolMapOf(curation, selectionId),
          review: (search) => reviewRows(curation, search),
          annotate: (params) => annotate(curation, params),
          undo: () => undo(curation),
          flag: (promptId, flagged) => setFlag(curation, promptId, flagged),
          statistics: () => ({
            ...labelStatistics(curation),
            strengths: generatorStrengths(curation),
            judges: readableReports(curation),
          }),
          labelAnalysis: () => this.analyses.of(curation),
        }
      },
      openEvaluation: async (id) => {
        await document.open()
        return blindTasks(await document.evaluations.open(id))
      },
      refresh: () => document.refresh(),
      act: (action) => this.act(action, document),
      shown: (failure) => withoutPaths(failure, displayPath),
      onStateChange: document.onStateChange,
      onTasksChange: document.onTasksChange,
    }
  }
}

/** English if there is no translation into the language of VS Code. */
function pageLanguage(): Language {
  const { bundle } = vscode.l10n
  return { id: bundle ? vscode.env.language : 'en', translations: bundle ?? {} }
}
