// Makes icon.png from icon.svg: VS Code takes no SVG as an extension's icon. Run it after changing
// the drawing.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { findChromium } from '../scripts/lib/chromium.mjs'

const SIZE = 128
const svg = await readFile(join(import.meta.dirname, 'icon.svg'), 'utf8')
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ['--no-sandbox', '--disable-gpu'],
})
const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } })
await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`)
await page.screenshot({ path: join(import.meta.dirname, 'icon.png'), omitBackground: true })
await browser.close()
