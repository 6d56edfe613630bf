// Types of server.mjs.
import type { CodeServer } from './codeServer.mjs'

export interface ServerOptions {
  /** All state of the server: user data, extensions, its log. */
  folder: string
  /** VSIX files to install first. */
  extensions: readonly string[]
  env?: Readonly<Record<string, string>>
  host?: string
  /** 0, the default, selects a free port. */
  port?: number
  /** Password for the address; none by default. */
  password?: string
  /** Whether to ask if folders are trusted; by default all are. */
  workspaceTrust?: boolean
  /** Words before the program, such as a wrapper that runs it. */
  before?: readonly string[]
  /** Options of code-server, beside its own. */
  options?: readonly string[]
}

export interface Server {
  url: string
  /** The server's process. */
  pid: number
  logFile: string
  /** Resolves when the process has ended. */
  ended: Promise<unknown>
  /** Ends the process and its children. */
  stop(): Promise<void>
}

export function startServer(tools: CodeServer, options: ServerOptions): Promise<Server>

/** Installs a VSIX file into the folder of a server. */
export function installExtension(
  tools: CodeServer,
  folder: string,
  vsix: string,
  env?: Readonly<Record<string, string>>,
): Promise<void>
