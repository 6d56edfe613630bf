export const BUNDLE: string
export function exportStrings(): Promise<string>
