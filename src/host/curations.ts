// The sessions of this window, one per curation file, and which of them a command means.
import * as vscode from 'vscode'
import type { Activity } from '../shared/editorProtocol'
import { CURATION_SUFFIX } from '../store/curationPaths'
import { CurationSession, type SessionServices } from './curationSession'

export const CURATION_VIEW_TYPE = 'aepo.curation'
export const CURATION_GLOB = `**/*${CURATION_SUFFIX}`

export class Curations implements vscode.Disposable {
  private readonly sessions = new Map<string, CurationSession>()
  private readonly changed = new vscode.EventEmitter<void>()
  /** Fires when a session came or its state changed. */
  readonly onChange = this.changed.event
  private readonly subscriptions: { dispose(): unknown }[]

  constructor(private readonly services: SessionServices) {
    this.subscriptions = [
      this.changed,
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('aepo.annotator'))
          for (const session of this.sessions.values()) void session.reload()
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

  /** Files of the sessions that pass the test. */
  files(test: (session: CurationSession) => boolean = () => true): string[] {
    return [...this.sessions].flatMap(([file, session]) => (test(session) ? [file] : []))
  }

  /** Shows a curation in one more panel, until that is closed. */
  attach(panel: vscode.WebviewPanel, session: CurationSession): void {
    session.panels.add(panel)
    this.changed.fire()
    panel.onDidDispose(() => {
      session.panels.delete(panel)
      this.releaseIdle(session)
    })
  }

  /** For a file that is shown: something else than its content changed. */
  async reload(uri: vscode.Uri): Promise<void> {
    await this.sessions.get(uri.fsPath)?.reload()
  }

  /** Ends the work on a file, or on the files in a folder, that is about to move. */
  async quiet(uri: vscode.Uri): Promise<void> {
    await Promise.all(this.inside(uri).map((session) => session.quiet()))
  }

  /** Forgets a file, or the files in a folder, that has moved. */
  close(uri: vscode.Uri): void {
    for (const session of this.inside(uri)) {
      this.sessions.delete(session.uri.fsPath)
      session.close()
    }
    this.changed.fire()
  }

  /** The work under way, of whichever curation. */
  activity(): Activity | null {
    for (const session of this.sessions.values()) if (session.activity) return session.activity
    return null
  }

  /** Stops the generation of `uri`, or of the curation in front; all of them when it has none. */
  stopGeneration(uri = activeCuration()): void {
    const meant = uri && this.sessions.get(uri.fsPath)
    for (const session of meant?.generating ? [meant] : this.sessions.values()) session.stop()
  }

  /**
   * The curation meant by a command: named by a menu, open in front, the only one there is, or
   * picked.
   */
  async pick(named?: vscode.Uri): Promise<CurationSession | undefined> {
    const uri = named ?? activeCuration() ?? (await this.pickFile())
    return uri && this.session(uri)
  }

  dispose(): void {
    for (const session of this.sessions.values()) session.dispose()
    vscode.Disposable.from(...this.subscriptions).dispose()
  }

  private inside({ path }: vscode.Uri): CurationSession[] {
    return [...this.sessions.values()].filter(
      ({ uri }) => uri.path === path || uri.path.startsWith(`${path}/`),
    )
  }

  /** Without panel and work a session would only hold its journals in memory. */
  private releaseIdle(session: CurationSession): void {
    if (
      session.panels.size > 0 ||
      session.generating ||
      this.sessions.get(session.uri.fsPath) !== session
    )
      return
    this.sessions.delete(session.uri.fsPath)
    session.dispose()
    this.changed.fire()
  }

  private async pickFile(): Promise<vscode.Uri | undefined> {
    const files = await vscode.workspace.findFiles(CURATION_GLOB, '**/node_modules/**')
    if (files.length === 1) return files[0]
    if (files.length === 0) {
      await vscode.window.showInformationMessage(
        vscode.l10n.t(
          'This workspace holds no curation (*.aepo.json). Make one with “AEPO: New Curation…”.',
        ),
      )
      return undefined
    }
    const items = files.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }))
    return (
      await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t('Which curation?') })
    )?.uri
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
