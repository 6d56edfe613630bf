// The page of the curation editor: nothing but the bundled script and style may load or run.
// Invariant I15.
import { randomBytes } from 'node:crypto'
import * as vscode from 'vscode'

/** The language of the strings on the page. */
export interface Language {
  /** BCP 47. */
  id: string
  /** Translations by English strings; none for English. */
  translations: Readonly<Record<string, string>>
}

export function editorHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  title: string,
  language: Language,
): string {
  const nonce = randomBytes(16).toString('base64')
  const asset = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name)).toString()
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource} 'nonce-${nonce}'`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
  ].join('; ')
  return `<!DOCTYPE html>
<html lang="${escapeAttribute(language.id)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeAttribute(title)}</title>
<link rel="stylesheet" href="${asset('webview.css')}" nonce="${nonce}">
</head>
<body>
<main id="app" data-translations="${escapeAttribute(JSON.stringify(language.translations))}"></main>
<script nonce="${nonce}" src="${asset('webview.js')}"></script>
</body>
</html>`
}

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
