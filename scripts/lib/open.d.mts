// Types of open.mjs.
export function openOnDesktop(vsix: string): Promise<void>
export function serve(vsix: string, options?: { port?: string; host?: string }): Promise<void>
