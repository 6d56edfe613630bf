// Types of chromium.mjs.
/** Chromium's executable. @throws Failure if there is none. */
export function findChromium(): string
/** The same; installs Debian's package first if possible. */
export function installChromium(): Promise<string>
