// Types of chromium.mjs.
/** Chromium's executable; throws when there is none. */
export function findChromium(): string
/** The same, after installing Debian's where that is possible. */
export function installChromium(): Promise<string>
