// Types of deps.mjs.
export function installDependencies(): Promise<void>
/** Whether node_modules of a folder agrees with its lock file. */
export function isInstalled(folder: string): Promise<boolean>
