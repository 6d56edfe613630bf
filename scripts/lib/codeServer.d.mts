// Types of codeServer.mjs.
export interface CodeServer {
  /** The installation. */
  folder: string
  /** Its Node executable. */
  node: string
  /** Its entry point. */
  entry: string
}
export function installCodeServer(): Promise<CodeServer>
