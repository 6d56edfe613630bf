// Loads the translations for the user's locale. `main.ts` imports this file first: strings of other
// modules are localised when those are loaded.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { translationsFor } from './locale'
import { ROOT } from './paths'

export const translationFile = translationsFor(process.env, path.join(ROOT, 'l10n'))
if (translationFile !== undefined) l10n.config({ fsPath: translationFile })
