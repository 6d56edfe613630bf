// Types of packagedFiles.mjs.
/** The files that the package is made of, and others in their folders; relative to the checkout. */
export function packagedFiles(): Promise<string[]>
