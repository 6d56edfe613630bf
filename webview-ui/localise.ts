// Loads the translations that the page carries. `main.ts` imports this file first: strings of other
// modules are localised when those are loaded.
import * as l10n from '@vscode/l10n'

const translations = document.getElementById('app')?.dataset['translations']
if (translations !== undefined) l10n.config({ contents: translations })
