// Loads the translations that the owner of the engine names. `main.ts` imports this file first:
// strings of other modules are localised when those are loaded.
import * as l10n from '@vscode/l10n'
import { TRANSLATIONS_VARIABLE } from '../shared/engineProtocol'

const file = process.env[TRANSLATIONS_VARIABLE]
if (file) l10n.config({ fsPath: file })
