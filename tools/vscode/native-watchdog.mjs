// Stands in for the native package @vscode/native-watchdog: the server ends its extension hosts
// without it.
export const start = () => {}
export const exit = (code) => process.exit(code ?? 0)
