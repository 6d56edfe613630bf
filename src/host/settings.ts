// The extension's settings: each is one entry here, which `npm run manifest` writes to package.json
// and package.nls.json.
import os from 'node:os'
import * as vscode from 'vscode'
import type { ProxySettings } from '../processes/network'

interface SettingEntry {
  /** After `aepo.`. */
  name: string
  /** `machine`: a workspace cannot set it. */
  scope: 'machine' | 'machine-overridable'
  /** Names a program or an address: it is not read in an untrusted workspace. */
  restricted?: true
  /** In English, as Markdown. A translation is in `package.nls.<language>.json`. */
  description: string
}

interface TextEntry extends SettingEntry {
  type: 'string'
  default: string
  format?: 'uri'
}

interface NumberEntry extends SettingEntry {
  type: 'number'
  default: number
  minimum: number
  maximum?: number
}

/** In the order in which VS Code shows them. */
export const SETTINGS = {
  annotator: {
    name: 'annotator',
    type: 'string',
    default: '',
    scope: 'machine-overridable',
    description:
      'Your name as annotator: your annotations are written to `annotations/<name>.jsonl`. If empty, your login name is used.',
  },
  kvCacheMegabytes: {
    name: 'engine.kvCacheMegabytes',
    type: 'number',
    default: 1024,
    minimum: 64,
    scope: 'machine-overridable',
    description:
      'Maximum memory, in megabytes, for the key/value cache of the language model. A larger cache samples more candidates at once. Takes effect after the window is reloaded.',
  },
  threads: {
    name: 'engine.threads',
    type: 'number',
    default: 0,
    minimum: 0,
    maximum: 512,
    scope: 'machine-overridable',
    description:
      'Threads for inference on the CPU; 0 uses one per core. Up to four copies of a small model share them, each in up to 0.6 GB of memory; with one thread there is one copy. Inference always runs at a lower priority than other programs; fewer threads leave whole cores free. Takes effect after the window is reloaded.',
  },
  hubEndpoint: {
    name: 'hub.endpoint',
    type: 'string',
    default: 'https://huggingface.co',
    format: 'uri',
    scope: 'machine',
    restricted: true,
    description:
      'Address from which hub models are downloaded. Used only if a curation names a hub model. Takes effect after the window is reloaded.',
  },
  python: {
    name: 'training.python',
    type: 'string',
    default: '',
    scope: 'machine',
    restricted: true,
    description:
      'Path of a Python interpreter with TRL for training runs. If empty, uv builds an environment after you agree.',
  },
} as const satisfies Record<string, TextEntry | NumberEntry>

type Entries = typeof SETTINGS
export type Settings = {
  [K in keyof Entries]: Entries[K] extends { type: 'number' } ? number : string
}

/** The values as they are now; strings are trimmed. */
export function readSettings(): Settings {
  const section = vscode.workspace.getConfiguration('aepo')
  return Object.fromEntries(
    Object.entries(SETTINGS).map(([key, { name, default: otherwise }]) => {
      const value = section.get<string | number>(name, otherwise)
      return [key, typeof value === 'string' ? value.trim() : value]
    }),
  ) as Settings
}

/** The settings of the network that VS Code has. A workspace cannot set them. */
export function readProxySettings(): ProxySettings {
  const section = vscode.workspace.getConfiguration('http')
  const isOff = section.get<string>('proxySupport') === 'off'
  return {
    proxy: isOff ? '' : (section.get<string>('proxy') ?? '').trim(),
    noProxy: section.get<string[]>('noProxy') ?? [],
    strictSsl: section.get<boolean>('proxyStrictSSL') ?? true,
  }
}

/** The folder that relative paths from the user start at. */
export const workspaceFolder = (): string =>
  vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? os.homedir()

/** Whom the token of the model hub is for. */
export const hubOrigin = (): string => new URL(readSettings().hubEndpoint).origin

/** The address of a hub other than the default one, else null. */
export function hubMirror(): string | null {
  const { hubEndpoint } = readSettings()
  return hubEndpoint === SETTINGS.hubEndpoint.default ? null : hubEndpoint
}
