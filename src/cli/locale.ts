// Finds the translations for the locale of a terminal.
import { existsSync } from 'node:fs'
import path from 'node:path'

/**
 * The file with the translations for the locale that POSIX variables name: for `de_AT.UTF-8` that
 * of `de-at`, else of `de`. Undefined if neither is there.
 */
export function translationsFor(
  environment: NodeJS.ProcessEnv,
  folder: string,
): string | undefined {
  const { LC_ALL, LC_MESSAGES, LANG } = environment
  const [locale = ''] = (LC_ALL || LC_MESSAGES || LANG || '').toLowerCase().split(/[.@]/)
  const [language = ''] = locale.split('_')
  return [locale.replace('_', '-'), language]
    .filter((name) => /^[a-z]+(-[a-z]+)?$/.test(name))
    .map((name) => path.join(folder, `bundle.l10n.${name}.json`))
    .find((file) => existsSync(file))
}
