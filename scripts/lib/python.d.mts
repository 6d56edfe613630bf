// Types of python.mjs.
/**
 * The interpreter of the environment that a lock file describes, training's when none is given; it
 * is made when it is not there.
 */
export function installPython(lock?: string): Promise<string>
/**
 * A uv to run: its name on the PATH, or its place in the cache, where it is installed when it is
 * not there.
 */
export function findUv(): Promise<string>
