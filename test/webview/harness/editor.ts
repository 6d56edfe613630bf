// The curation editor open in a real Chromium, joined to a fake host, watched for everything it
// must not do.
import { mkdir, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { findChromium } from '../../../scripts/lib/chromium.mjs'
import { bundleWebview } from './bundle'
import type { FakeHost } from './fakeHost'
import { ROOT } from './root'
import { type PageLanguage, type PageServer, servePages } from './server'
import type { ThemeName } from './themes'

const PICTURES = join(ROOT, 'test-results/webview')

export interface Editor {
  page: Page
  host: FakeHost
  /**
   * Content security policy violations, errors of scripts, requests and navigations beyond the
   * page's own.
   */
  misdeeds: string[]
  press(key: string): Promise<void>
  button(name: string): Locator
  /** Resolves when screen readers were told this. */
  announced(text: string): Promise<void>
  /** Resolves when everything that the page was given before has been dealt with. */
  settle(): Promise<void>
  picture(name: string): Promise<void>
  close(): Promise<void>
}

export interface Options {
  theme?: ThemeName
  width?: number
  height?: number
  /** Device pixels per CSS pixel, as zooming changes them. */
  zoom?: number
  /** Whether things move, as for a person who did not ask for less of it. */
  motion?: boolean
  /** Time stands still but for `page.clock`. */
  clock?: boolean
  /** `marked`: as in test/support/markedLanguage.ts. */
  language?: PageLanguage
}

/** One browser and one server for a file of tests. */
export class Harness {
  private constructor(
    private readonly browser: Browser,
    private readonly server: PageServer,
  ) {}

  static async start(): Promise<Harness> {
    const [browser, server] = await Promise.all([
      chromium.launch({
        executablePath: findChromium(),
        args: [
          '--no-sandbox',
          '--disable-gpu',
          '--disable-dev-shm-usage',
          '--disable-background-networking',
        ],
      }),
      bundleWebview().then(servePages),
    ])
    return new Harness(browser, server)
  }

  /** Of the browser. */
  get version(): string {
    return this.browser.version()
  }

  async stop(): Promise<void> {
    await this.browser.close()
    await this.server.close()
  }

  async open(
    host: FakeHost,
    {
      theme = 'Dark Modern',
      width = 1280,
      height = 800,
      zoom = 1,
      motion = false,
      clock = false,
      language = 'en',
    }: Options = {},
  ): Promise<Editor> {
    const context = await this.browser.newContext({
      viewport: { width: width / zoom, height: height / zoom },
      deviceScaleFactor: zoom,
      locale: 'en-US',
      reducedMotion: motion ? 'no-preference' : 'reduce',
    })
    const page = await context.newPage()
    if (clock) await page.clock.install()
    const address = this.server.address(theme, language)
    const misdeeds = watch(page, address)
    const disconnect = await connectPage(page, host, misdeeds)
    await page.goto(address)
    await page.locator('#app > *').first().waitFor({ state: 'attached' })
    return {
      page,
      host,
      misdeeds,
      press: (key) => page.keyboard.press(key),
      button: (name) => page.getByRole('button', { name, exact: true }),
      announced: (text) =>
        page.getByRole('status').filter({ hasText: text }).waitFor({ state: 'attached' }),
      settle: () => settle(page),
      close: () => {
        disconnect()
        return context.close()
      },
      picture: async (name) => {
        await mkdir(PICTURES, { recursive: true })
        await page.screenshot({ path: join(PICTURES, `${name}.png`) })
      },
    }
  }
}

/**
 * Stands in for `acquireVsCodeApi`; state survives a reload, as in VS Code.
 * @returns to be called before the page is closed: the host may be about to send something.
 */
async function connectPage(page: Page, host: FakeHost, misdeeds: string[]): Promise<() => void> {
  await page.exposeFunction('reportViolation', (what: string) => misdeeds.push(what))
  let receive: (message: unknown) => void = () => undefined
  await page.exposeFunction('toHost', (message: unknown) => receive(message))
  await page.addInitScript(() => {
    const bridge = window as unknown as {
      toHost(message: unknown): void
      reportViolation(what: string): void
      acquireVsCodeApi(): unknown
    }
    bridge.acquireVsCodeApi = () => ({
      postMessage: (message: unknown) => bridge.toHost(message),
      getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
      setState: (state: unknown) => sessionStorage.setItem('state', JSON.stringify(state)),
    })
    addEventListener('securitypolicyviolation', (event) =>
      bridge.reportViolation(
        `policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`,
      ),
    )
  })
  let isOpen = true
  host.connect({
    send: (message) => {
      page
        .evaluate((sent) => postMessage(sent, '*'), message)
        .catch((error: unknown) => {
          if (isOpen) throw error
        })
    },
    onMessage: (listener) => {
      receive = listener
    },
  })
  return () => {
    isOpen = false
  }
}

/** Two frames: events queued before have run, and so has what they sent and drew. */
async function settle(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )
}

function watch(page: Page, address: string): string[] {
  const misdeeds: string[] = []
  const origin = new URL(address).origin
  const own = new Set([address, `${origin}/webview.js`, `${origin}/webview.css`])
  page.on('request', (request) => {
    if (!own.has(request.url())) misdeeds.push(`request: ${request.url()}`)
  })
  page.on('framenavigated', (frame) => {
    if (frame.url() !== address) misdeeds.push(`navigation: ${frame.url()}`)
  })
  page.on('popup', (popup) => misdeeds.push(`popup: ${popup.url()}`))
  page.on('dialog', (dialog) => {
    misdeeds.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('pageerror', (error) => misdeeds.push(`error: ${error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') misdeeds.push(`console: ${message.text()}`)
  })
  return misdeeds
}

interface Violation {
  id: string
  impact: string
  nodes: string[]
}

/** Every accessibility rule that axe has, experimental ones aside. */
export async function accessibilityViolations(page: Page): Promise<Violation[]> {
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
  await page.evaluate(axe)
  return page.evaluate(async () => {
    interface Axe {
      run(
        context: Document,
        options: object,
      ): Promise<{
        violations: {
          id: string
          impact: string
          nodes: { html: string; failureSummary: string }[]
        }[]
      }>
    }
    const { violations } = await (window as unknown as { axe: Axe }).axe.run(document, {
      resultTypes: ['violations'],
    })
    return violations.map(({ id, impact, nodes }) => ({
      id,
      impact,
      nodes: nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`),
    }))
  })
}
