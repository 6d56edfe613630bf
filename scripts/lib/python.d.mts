// Types of python.mjs.
/**
 * The interpreter of the environment of a lock file, by default that of training. Creates the
 * environment if it does not exist.
 */
export function installPython(lock?: string): Promise<string>
/**
 * The command for uv: its name if it is on the PATH, else its path in the cache. Installs it there
 * if necessary.
 */
export function findUv(): Promise<string>
