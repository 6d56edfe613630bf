// The page of the curation editor: its policy, and the translations that it carries.
import { expect, test, vi } from 'vitest'
import type * as vscode from 'vscode'
import { editorHtml } from '../../../src/host/editor/html'

vi.mock('vscode', () => ({ Uri: { joinPath: (...parts: string[]) => parts.join('/') } }))

const webview = {
  cspSource: 'https://assets.example',
  asWebviewUri: (uri: unknown) => uri,
} as unknown as vscode.Webview
const page = (title: string, translations: Record<string, string>, id = 'de'): string =>
  editorHtml(webview, 'extension' as unknown as vscode.Uri, title, { id, translations })

/** The value of an attribute as a browser reads it. */
function attribute(html: string, name: string): string {
  const [, value = ''] = new RegExp(`\\s${name}="([^"]*)"`).exec(html) ?? []
  return value.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)))
}

test('carries its language and the translations', () => {
  const translations = { 'Next "open" one': "<b>“Nächste” & 'offene'</b>" }
  const html = page('x', translations)
  expect(attribute(html, 'lang')).toBe('de')
  expect(JSON.parse(attribute(html, 'data-translations'))).toEqual(translations)
  expect(html).not.toContain('<b>')
})

test('lets nothing run but the bundled script, whatever title and translations hold', () => {
  const hostile = '"><script>alert(1)</script>'
  const html = page(hostile, { [hostile]: hostile }, hostile)
  expect(html.match(/<script/g)).toHaveLength(1)
  const nonce = attribute(html, 'nonce')
  expect(nonce).toMatch(/^[\w+/=]{20,}$/)
  expect(attribute(html, 'content')).toContain(`default-src 'none'; script-src 'nonce-${nonce}';`)
  expect(page('x', {})).not.toContain(nonce)
})
