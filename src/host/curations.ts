// The sessions of this window, one per curation file, and which of them a command means.
import * as vscode from 'vscode'
import type { Activity } from '../shared/editorProtocol'
import { CurationSession, type SessionServices } from './curationSession'

export const CURATION_VIEW_TYPE = 'aepo.curation'
export const CURATION_GLOB = '**/*.aepo.json'

export class Curations implements vscode.Disposable {
  private readonly sessions = new Map<string, CurationSession>()
  private readonly changed = new vscode.EventEmitter<void>()
  /** Fires when a session came or its state changed. */
  readonly onChange = this.changed.event
  private readonly watcher = vscode.workspace.createFileSystemWatcher(CURATION_GLOB)
  private readonly subscriptions: { dispose(): unknown }[]

  constructor(private readonly services: SessionServices) {
    const reload = (uri: vscode.Uri): void => void this.sessions.get(uri.fsPath)?.reload()
    this.subscriptions = [
      this.changed,
      this.watcher,
      this.watcher.onDidChange(reload),
      this.watcher.onDidCreate(reload),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('aepo.annotator')) for (const session of this.sessions.values()) void session.reload()
      }),
    ]
  }

  session(uri: vscode.Uri): CurationSession {
    const known = this.sessions.get(uri.fsPath)
    if (known) return known
    const session = new CurationSession(uri, this.services)
    session.onViewChange(() => this.changed.fire())
    this.sessions.set(uri.fsPath, session)
    this.changed.fire()
    return session
  }

  /** The session of `uri`, or of the editor in front, when its editor is in view. */
  inView(uri?: vscode.Uri): CurationSession | undefined {
    const target = uri ?? activeCuration()
    const session = target && this.sessions.get(target.fsPath)
    return session?.visible ? session : undefined
  }

  files(): string[] {
    return [...this.sessions.keys()]
  }

  /** The work under way, of whichever curation. */
  activity(): Activity | null {
    for (const session of this.sessions.values()) if (session.activity) return session.activity
    return null
  }

  /** Stops the generation of `uri`, or all of them. */
  stopGeneration(uri?: vscode.Uri): void {
    for (const [file, session] of this.sessions) if (uri === undefined || uri.fsPath === file) session.stop()
  }

  some(test: (session: CurationSession) => boolean): boolean {
    return [...this.sessions.values()].some(test)
  }

  /** The curation meant by a command: named by a menu, open in front, the only one there is, or picked. */
  async pick(named?: vscode.Uri): Promise<CurationSession | undefined> {
    const uri = named ?? activeCuration() ?? (await this.pickFile())
    return uri && this.session(uri)
  }

  dispose(): void {
    for (const session of this.sessions.values()) session.dispose()
    vscode.Disposable.from(...this.subscriptions).dispose()
  }

  private async pickFile(): Promise<vscode.Uri | undefined> {
    const files = await vscode.workspace.findFiles(CURATION_GLOB, '**/node_modules/**')
    if (files.length === 1) return files[0]
    if (files.length === 0) {
      await vscode.window.showInformationMessage(vscode.l10n.t('This workspace holds no curation (*.aepo.json). Make one with “AEPO: New Curation…”.'))
      return undefined
    }
    const items = files.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    return (await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which curation?') }))?.uri
  }
}

/** The curation file of the editor in front, as curation or as text. */
export function activeCuration(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input
  const uri = input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputText ? input.uri : undefined
  return uri?.path.endsWith('.aepo.json') ? uri : undefined
}
