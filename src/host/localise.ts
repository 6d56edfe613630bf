// Passes the translations that VS Code loaded to `l10n.t`. `extension.ts` imports this file first:
// strings of other modules are localised when those are loaded.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'

// VS Code reads none for English.
if (vscode.l10n.bundle) l10n.config({ contents: vscode.l10n.bundle })
