// The extension's settings, read when used, each under its one name.
import os from 'node:os'
import * as vscode from 'vscode'

export interface Settings {
  annotator: string
  hubEndpoint: string
  kvCacheMegabytes: number
  threads: number
  /** Interpreter with TRL; empty: the environment that uv builds. */
  python: string
}

/** Setting names as in package.json (a package test holds the two together). */
export const SETTING_NAMES = {
  annotator: 'annotator',
  hubEndpoint: 'hub.endpoint',
  kvCacheMegabytes: 'engine.kvCacheMegabytes',
  threads: 'engine.threads',
  python: 'training.python',
} as const satisfies Record<keyof Settings, string>

export function readSettings(): Settings {
  const section = vscode.workspace.getConfiguration('aepo')
  const text = (key: keyof Settings): string => section.get<string>(SETTING_NAMES[key], '').trim()
  const count = (key: keyof Settings): number => section.get<number>(SETTING_NAMES[key], 0)
  return {
    annotator: annotatorName(text('annotator')),
    hubEndpoint: text('hubEndpoint'),
    kvCacheMegabytes: count('kvCacheMegabytes'),
    threads: count('threads'),
    python: text('python'),
  }
}

/** What relative paths that a person gives start from. */
export const workspaceFolder = (): string =>
  vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir()

/** The address that hub models come from, where it is not the hub's own. */
export function hubMirror(): string | null {
  const own = vscode.workspace
    .getConfiguration('aepo')
    .inspect<string>(SETTING_NAMES.hubEndpoint)?.defaultValue
  const { hubEndpoint } = readSettings()
  return hubEndpoint === own ? null : hubEndpoint
}

/** A name that is also a file name: `annotations/<name>.jsonl`. */
function annotatorName(wanted: string): string {
  const name = (wanted || os.userInfo().username)
    .replace(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^\.+/, '')
  return name || 'annotator'
}
