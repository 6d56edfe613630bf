// A VS Code for one test file: code-server with the packaged extension, all of its state in one
// temporary folder.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { installCodeServer } from '../../../scripts/lib/codeServer.mjs'
import { type Server, startServer } from '../../../scripts/lib/server.mjs'
import { addExtension, copyExtension } from './installedExtension'
import { until } from '../../support/until'

export interface VSCodeOptions {
  /** User settings, beside the quiet ones. */
  settings?: Readonly<Record<string, unknown>>
  env?: Readonly<Record<string, string>>
  /**
   * Files of the home folder: VS Code takes the environment of extensions from a login shell, which
   * reads its profile there.
   */
  home?: Readonly<Record<string, string>>
  /**
   * Words before the server's program, for a disk of its own (see test/support/namespaces.ts);
   * `folder` is all that it may mount on.
   */
  before?: (folder: string) => readonly string[]
  /** Folders start untrusted, without a question. */
  restricted?: boolean
  /** Extensions of test/vscode/extensions that are installed too, by their folders. */
  others?: readonly string[]
}

/**
 * Nothing on screen but what the test opened, nothing that moves, nothing that asks the network.
 */
const QUIET_SETTINGS = {
  'chat.commandCenter.enabled': false,
  'chat.disableAIFeatures': true,
  'extensions.autoCheckUpdates': false,
  'extensions.autoUpdate': false,
  'extensions.ignoreRecommendations': true,
  'files.simpleDialog.enable': true,
  'git.enabled': false,
  'npm.autoDetect': 'off',
  'remote.autoForwardPorts': false,
  'telemetry.telemetryLevel': 'off',
  'terminal.integrated.gpuAcceleration': 'off', // rows are then text in the page
  'typescript.disableAutomaticTypeAcquisition': true,
  'update.mode': 'none',
  'window.restoreWindows': 'all',
  'workbench.enableExperiments': false,
  'workbench.reduceMotion': 'on',
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
}

/** A trained run's Python takes its time to end where the machine is busy. */
const END_LIMIT_MS = 30_000

export class VSCode {
  private workspaces = 0

  private constructor(
    /** Everything of this VS Code lies here. */
    readonly folder: string,
    private readonly server: Server,
  ) {}

  static async start({
    settings = {},
    env = {},
    home = {},
    before = () => [],
    restricted = false,
    others = [],
  }: VSCodeOptions = {}): Promise<VSCode> {
    const folder = mkdtempSync(join(tmpdir(), 'vsc-')) // short: a socket's path may have 108 bytes
    try {
      const trust = restricted
        ? {
            'security.workspace.trust.startupPrompt': 'never',
            'security.workspace.trust.emptyWindow': false,
          }
        : {}
      const allSettings = JSON.stringify({ ...QUIET_SETTINGS, ...trust, ...settings }, null, 2)
      // Settings of the machine count only where the server reads them.
      writeFiles(folder, {
        'user/User/settings.json': allSettings,
        'user/Machine/settings.json': allSettings,
        'home/.keep': '',
        'tmp/.keep': '',
      })
      copyExtension(folder)
      const proposing = others.map((name) => addExtension(folder, name))
      writeFiles(join(folder, 'home'), home)
      const server = await startServer(await installCodeServer(), {
        folder,
        extensions: [],
        env: { HOME: join(folder, 'home'), TMPDIR: join(folder, 'tmp'), ...env },
        workspaceTrust: restricted,
        before: before(folder),
        options: proposing.flatMap((id) => ['--enable-proposed-api', id]),
      })
      return new VSCode(folder, server)
    } catch (error) {
      rmSync(folder, { recursive: true, force: true })
      throw error
    }
  }

  /**
   * A new workspace folder with these files, named by paths within it. A name that is given may be
   * that of a folder that is there.
   */
  newWorkspace(
    files: Readonly<Record<string, string | Uint8Array>>,
    name = `work${++this.workspaces}`,
  ): string {
    const workspace = join(this.folder, name)
    mkdirSync(workspace, { recursive: true })
    writeFiles(workspace, files)
    return workspace
  }

  /** The address that opens a folder. */
  addressOf(workspace: string): string {
    return `${this.server.url}/?folder=${encodeURIComponent(workspace)}`
  }

  /** Where the extension keeps what belongs to no workspace. */
  get globalStorage(): string {
    return join(this.folder, 'user/User/globalStorage/aepo.aepo')
  }

  /** The folder of the project's extension as it was installed. */
  installedExtension(): string {
    const extensions = join(this.folder, 'extensions')
    const name = readdirSync(extensions).find((entry) => entry.startsWith('aepo.aepo-'))
    if (!name) throw new Error('The extension is not installed.')
    return join(extensions, name)
  }

  /** Its server's process. */
  get pid(): number {
    return this.server.pid
  }

  get serverLog(): string {
    return this.server.logFile
  }

  get logFolder(): string {
    return join(this.folder, 'user/logs')
  }

  /** Every log file VS Code and its extensions wrote, by path within the log folder. */
  logs(): Map<string, string> {
    if (!existsSync(this.logFolder)) return new Map()
    const files = readdirSync(this.logFolder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.log'),
    )
    return new Map(files.map((file) => [file, readFileSync(join(this.logFolder, file), 'utf8')]))
  }

  /** Ends it and removes its folder; throws when a process it started stayed behind. */
  async stop(): Promise<void> {
    await this.server.stop()
    try {
      await until(
        'the end of all that VS Code started',
        () => processesOf(this.folder).length === 0,
        END_LIMIT_MS,
      )
    } catch {
      const left = processesOf(this.folder)
      for (const { pid } of left) process.kill(pid, 'SIGKILL')
      throw new Error(
        `These processes outlived VS Code: ${left.map(({ command }) => command).join('; ')}`,
      )
    } finally {
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}

/** Processes (Linux) whose home is in this VS Code's folder; all that it starts inherit that. */
export function processesOf(folder: string): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        // fails for processes that have ended and wait to be collected
        readlinkSync(`/proc/${name}/exe`)
        if (!readFileSync(`/proc/${name}/environ`, 'utf8').includes(`HOME=${folder}/`)) return []
        return [
          {
            pid: Number(name),
            command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
          },
        ]
      } catch {
        return [] // another user's, or gone meanwhile
      }
    })
}

function writeFiles(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = join(folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
  }
}
