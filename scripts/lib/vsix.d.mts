// Types of vsix.mjs.
/** The path of the packaged extension of this version and platform, whether or not it exists. */
export function vsixPath(): string
/** Packages the current build, unless the package is of it already. */
export function packageExtension(): Promise<{ file: string; size: number }>
