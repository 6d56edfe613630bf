// Loads the translations for the user's locale. `main.ts` imports this file first: strings of other
// modules are localised when those are loaded.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { loadTranslations } from './translations'
import { ROOT } from './paths'

/** Undefined where there are none: the strings stay English. */
export const translations = loadTranslations(path.join(ROOT, 'l10n'), process.env)
if (translations) l10n.config({ contents: translations })
