// Finds the translations for the locale of a terminal.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { Translations } from '../shared/engineProtocol'

/**
 * The translations for the locale that POSIX variables name: `de_AT.UTF-8` takes those of `de-at`,
 * else of `de`. Undefined if there is no file for either.
 */
export function loadTranslations(
  folder: string,
  environment: NodeJS.ProcessEnv,
): Translations | undefined {
  const { LC_ALL, LC_MESSAGES, LANG } = environment
  const [locale = ''] = (LC_ALL || LC_MESSAGES || LANG || '').toLowerCase().split(/[.@]/)
  const [language = ''] = locale.split('_')
  for (const name of [locale.replace('_', '-'), language]) {
    if (!/^[a-z]+(-[a-z]+)?$/.test(name)) continue
    const file = path.join(folder, `bundle.l10n.${name}.json`)
    try {
      return JSON.parse(readFileSync(file, 'utf8')) as Translations
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== 'ENOENT') throw thrown
    }
  }
  return undefined
}
