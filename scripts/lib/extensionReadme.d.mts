export function extensionReadme(readme: string, folder: string): Promise<string>
