// Types of cache.mjs.
/**
 * Returns `target`; creates it with `build(folder)` if it does not exist. It is complete or absent,
 * even after an interruption.
 */
export function buildOnce(target: string, build: (folder: string) => Promise<void>): Promise<string>
