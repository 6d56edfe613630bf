// Types of cache.mjs.
/**
 * Gives `target`, built by `build(folder)` if it is not there; whole or not there at all, however
 * it is interrupted.
 */
export function buildOnce(target: string, build: (folder: string) => Promise<void>): Promise<string>
