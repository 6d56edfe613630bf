// Types of codeServer.mjs.
export interface CodeServer {
  /** The installation. */
  folder: string
  /** The Node it runs on. */
  node: string
  /** The file that Node runs. */
  entry: string
}
export function installCodeServer(): Promise<CodeServer>
