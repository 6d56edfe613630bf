// Serves the webview's page on loopback as the extension host does in VS Code: same content
// security policy, same theme variables.
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { markedTranslations } from '../../support/markedLanguage'
import type { Bundle } from './bundle'
import { ROOT } from './root'
import { type ThemeName, THEMES } from './themes'

const NONCE = 'harness'

export interface PageServer {
  address(theme: ThemeName, language: PageLanguage): string
  close(): Promise<void>
}

export type PageLanguage = 'en' | 'marked'

export async function servePages(bundle: Bundle): Promise<PageServer> {
  const defaults = await readFile(join(ROOT, 'test/webview/harness/vscodeDefaults.css'), 'utf8')
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1')
    const send = (type: string, body: string): void =>
      void response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body)
    if (url.pathname === '/webview.js') send('text/javascript', bundle.script)
    else if (url.pathname === '/webview.css') send('text/css', bundle.style)
    else if (url.pathname === '/')
      send(
        'text/html',
        page(
          origin(server),
          url.searchParams.get('theme') as ThemeName,
          url.searchParams.get('language') as PageLanguage,
          defaults,
        ),
      )
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    address: (theme, language) =>
      `${origin(server)}/?${new URLSearchParams({ theme, language }).toString()}`,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function origin(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

function page(source: string, theme: ThemeName, language: PageLanguage, defaults: string): string {
  const translations = JSON.stringify(language === 'en' ? {} : markedTranslations())
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
  const { kind, bodyClass, variables } = THEMES[theme]
  const policy = `default-src 'none'; script-src 'nonce-${NONCE}'; style-src ${source} 'nonce-${NONCE}'; font-src ${source}; img-src ${source} data:`
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Curation</title>
<link rel="icon" href="data:,">
<style nonce="${NONCE}">:root { --monaco-monospace-font: monospace; } ${defaults}</style>
<script nonce="${NONCE}">for (const [name, value] of Object.entries(${JSON.stringify(variables)})) document.documentElement.style.setProperty(name, value)</script>
<link rel="stylesheet" href="webview.css">
</head>
<body role="document" class="${bodyClass}" data-vscode-theme-kind="${kind}" data-vscode-theme-id="${theme}">
<main id="app" data-translations="${translations}"></main>
<script nonce="${NONCE}" src="webview.js"></script>
</body>
</html>`
}
