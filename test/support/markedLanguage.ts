// A language for tests: each string is the English one between marks. What an output has outside of
// marks did not go through `l10n.t`.
import { readFileSync } from 'node:fs'
import path from 'node:path'

const BUNDLE = path.resolve(import.meta.dirname, '../../l10n/bundle.l10n.json')

export function markedTranslations(): Record<string, string> {
  const strings = JSON.parse(readFileSync(BUNDLE, 'utf8')) as Record<string, string>
  return Object.fromEntries(Object.keys(strings).map((key) => [key, `«${key}»`]))
}

/** What is left without the marked parts, which may hold others. */
export function unmarked(text: string): string {
  const rest = text.replaceAll(/«[^«»]*»/g, '')
  return rest === text ? rest.trim() : unmarked(rest)
}
