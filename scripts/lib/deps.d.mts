// Types of deps.mjs.
export function installDependencies(): Promise<void>
/** Whether node_modules of a folder is what its lock file says. */
export function isInstalled(folder: string): Promise<boolean>
