// The documents of this window, one per curation file, their panels, and which of them a command
// means.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { CURATION_SUFFIX } from '../store/curationPaths'
import { CurationDocument } from './curationDocument'
import type { DocumentServices } from './documentServices'

export const CURATION_VIEW_TYPE = 'aepo.curation'
export const CURATION_GLOB = `**/*${CURATION_SUFFIX}`

export class Curations implements vscode.Disposable {
  private readonly documents = new Map<string, CurationDocument>()
  private readonly panels = new Map<CurationDocument, Set<vscode.WebviewPanel>>()
  private readonly changed = new vscode.EventEmitter<void>()
  /** Fires when a document came or its state changed. */
  readonly onChange = this.changed.event
  private readonly subscriptions: { dispose(): unknown }[]

  constructor(private readonly services: DocumentServices) {
    this.subscriptions = [
      this.changed,
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('aepo.annotator'))
          for (const document of this.documents.values()) void document.reload()
      }),
    ]
  }

  document(uri: vscode.Uri): CurationDocument {
    const known = this.documents.get(uri.fsPath)
    if (known) return known
    const document = new CurationDocument(uri, this.services)
    document.onStateChange(() => this.changed.fire())
    this.documents.set(uri.fsPath, document)
    this.changed.fire()
    return document
  }

  /** The document of `uri`, or of the editor in front, when its editor is in view. */
  inView(uri?: vscode.Uri): CurationDocument | undefined {
    const target = uri ?? activeCuration()
    const document = target && this.documents.get(target.fsPath)
    return document && this.panelsOf(document).some(({ visible }) => visible) ? document : undefined
  }

  /** Files of the documents that pass the test. */
  files(test: (document: CurationDocument) => boolean = () => true): string[] {
    return [...this.documents].flatMap(([file, document]) => (test(document) ? [file] : []))
  }

  /** Shows a curation in one more panel, until that is closed. */
  attach(panel: vscode.WebviewPanel, document: CurationDocument): void {
    const panels = this.panels.get(document) ?? new Set()
    this.panels.set(document, panels.add(panel))
    this.changed.fire()
    panel.onDidDispose(() => {
      panels.delete(panel)
      this.releaseIdle(document)
    })
  }

  /** For a file that is shown: something else than its content changed. */
  async reload(uri: vscode.Uri): Promise<void> {
    await this.documents.get(uri.fsPath)?.reload()
  }

  /** Ends the work on a file, or on the files in a folder, that is about to move. */
  async quiet(uri: vscode.Uri): Promise<void> {
    await Promise.all(this.inside(uri).map((document) => document.quiet()))
  }

  /** Forgets a file, or the files in a folder, that has moved. */
  close(uri: vscode.Uri): void {
    for (const document of this.inside(uri)) {
      this.documents.delete(document.uri.fsPath)
      document.close()
    }
    this.changed.fire()
  }

  /** A document with work under way. */
  busy(): CurationDocument | undefined {
    return [...this.documents.values()].find(({ work }) => work.activity !== null)
  }

  /** Stops the generation of `uri`, or of the curation in front; all of them when it has none. */
  stopGeneration(uri = activeCuration()): void {
    const meant = uri && this.documents.get(uri.fsPath)
    for (const document of meant?.isBusy ? [meant] : this.documents.values()) document.stop()
  }

  /**
   * The curation meant by a command: named by a menu, open in front, the only one there is, or
   * picked.
   */
  async pick(named?: vscode.Uri): Promise<CurationDocument | undefined> {
    const uri = named ?? activeCuration() ?? (await this.pickFile())
    return uri && this.document(uri)
  }

  dispose(): void {
    for (const document of this.documents.values()) document.dispose()
    vscode.Disposable.from(...this.subscriptions).dispose()
  }

  private inside({ path }: vscode.Uri): CurationDocument[] {
    return [...this.documents.values()].filter(
      ({ uri }) => uri.path === path || uri.path.startsWith(`${path}/`),
    )
  }

  private panelsOf(document: CurationDocument): vscode.WebviewPanel[] {
    return [...(this.panels.get(document) ?? [])]
  }

  /** Without panel and work a document would only hold its journals in memory. */
  private releaseIdle(document: CurationDocument): void {
    if (
      this.panelsOf(document).length > 0 ||
      document.isBusy ||
      this.documents.get(document.uri.fsPath) !== document
    )
      return
    this.documents.delete(document.uri.fsPath)
    this.panels.delete(document)
    document.dispose()
    this.changed.fire()
  }

  private async pickFile(): Promise<vscode.Uri | undefined> {
    const files = await vscode.workspace.findFiles(CURATION_GLOB, '**/node_modules/**')
    if (files.length === 1) return files[0]
    if (files.length === 0) {
      await vscode.window.showInformationMessage(
        l10n.t(
          'This workspace holds no curation (*.aepo.json). Make one with “AEPO: New Curation…”.',
        ),
      )
      return undefined
    }
    const items = files.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    return (await vscode.window.showQuickPick(items, { placeHolder: l10n.t('Which curation?') }))
      ?.uri
  }
}

/** The curation file of the editor in front, as curation or as text. */
export function activeCuration(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input
  const uri =
    input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText
      ? input.uri
      : undefined
  return uri?.path.endsWith(CURATION_SUFFIX) ? uri : undefined
}
