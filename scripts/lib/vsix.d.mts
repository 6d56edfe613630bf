// Types of vsix.mjs.
/** Where the packaged extension of this version and platform lies, or will. */
export function vsixPath(): string
/** Packages the extension as built now. */
export function packageExtension(): Promise<{ file: string; size: number }>
