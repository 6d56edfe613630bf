// The files that an open curation is read from, watched for changes.
import path from 'node:path'
import type { Disposable, DocumentWindow } from './documentServices'

/**
 * What is written to a new folder before the folder is watched is not reported: after this time the
 * journals are read once more.
 */
const NEW_FOLDER_MS = 1000

interface Listeners {
  /** One of the files changed. */
  onChange: () => void
  /** A journal in the data folder changed, or the folder came or went. */
  onJournal: () => void
}

export class FollowedFiles implements Disposable {
  private watchers: Disposable[] = []
  private newFolder: NodeJS.Timeout | undefined

  constructor(
    private readonly watch: DocumentWindow['watch'],
    private readonly listeners: Listeners,
  ) {}

  /** From now on these files are followed, and the journals in `folder`. */
  set(files: readonly string[], folder?: string): void {
    this.dispose()
    const { onChange, onJournal } = this.listeners
    const ifFollowed = (file: string): void => {
      if (files.includes(file)) onChange()
      // For a folder that is deleted or moved VS Code reports the folder alone, not its files.
      if (file === folder) onJournal()
    }
    const inFolder = (file: string): void => {
      const isFolder = path.extname(file) === ''
      if (!isFolder && !file.endsWith('.jsonl')) return
      onJournal()
      if (!isFolder) return
      clearTimeout(this.newFolder)
      this.newFolder = setTimeout(onJournal, NEW_FOLDER_MS)
    }
    const folders = new Set(files.map((file) => path.dirname(file)))
    this.watchers = [
      ...[...folders].map((each) => this.watch(each, '*', ifFollowed)),
      ...(folder === undefined ? [] : [this.watch(folder, '**', inFolder)]),
    ]
  }

  dispose(): void {
    clearTimeout(this.newFolder)
    for (const watcher of this.watchers) watcher.dispose()
  }
}
