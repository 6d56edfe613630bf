// The labelling view of the curation editor, through what a person sees of it.
import type { FrameLocator } from 'playwright-core'
import { until } from '../../support/until'

export type Decision = '1 Prefer' | '2 Prefer' | 'Tie' | 'All bad' | 'Skip'

/** Buttons and their keys. */
const KEYS: Record<Decision, string> = {
  '1 Prefer': '1',
  '2 Prefer': '2',
  Tie: 't',
  'All bad': 'b',
  Skip: 's',
}

export interface Counts {
  prompts: number
  candidates: number
  selected: number
  annotated: number
  pairs: number
}

const LIMIT_MS = 120_000

export class Labelling {
  constructor(private readonly editor: FrameLocator) {}

  /** Waits until this prompt (from 1) is shown with its responses. */
  async isShown(place: number): Promise<void> {
    await this.editor
      .getByRole('heading', { name: new RegExp(`^Prompt ${place} of`) })
      .waitFor({ timeout: LIMIT_MS })
    await this.editor.getByRole('article', { name: 'Response 2' }).waitFor()
  }

  /** Goes to the first prompt, which need not be the one that was selected first. */
  async goToFirst(): Promise<void> {
    await this.press('Home')
    await this.isShown(1)
  }

  /** Shows texts as they are, not as Markdown. */
  async showRawTexts(): Promise<void> {
    const button = this.editor.getByRole('button', { name: 'Raw text', exact: true })
    if ((await button.getAttribute('aria-pressed')) !== 'true') await button.click()
    await until('the raw texts', async () => (await button.getAttribute('aria-pressed')) === 'true')
  }

  /**
   * Waits for an open selection, decides it by its key, and waits until that is saved; gives the
   * responses as they were shown.
   */
  async decide(decision: Decision): Promise<string[]> {
    const { place, responses } = await this.choose(decision)
    await this.isSaved(decision, place)
    return responses
  }

  /** Decides by the key what {@link isSaved} waits for; gives where, and what was shown. */
  async choose(decision: Decision): Promise<{ place: string; responses: string[] }> {
    await this.editor
      .getByRole('button', { name: decision, exact: true })
      .waitFor({ timeout: LIMIT_MS })
    const place = await this.place()
    const responses = await this.editor.locator('.card-text').allInnerTexts()
    await this.press(KEYS[decision])
    return { place, responses }
  }

  /** Waits until the screen says that it is saved and shows what comes after `place`. */
  async isSaved(decision: Decision, place: string): Promise<void> {
    await until(
      `${decision} of ${place} to be saved`,
      async () => {
        const [now, status] = [await this.place(), await this.status()]
        // A selection that appears by itself takes no decision at first.
        if (status.includes('just appeared')) await this.press(KEYS[decision])
        if (now === place || !status.includes('Saved'))
          throw new Error(`the editor shows ${now} and says "${status}"`)
        return true
      },
      LIMIT_MS,
    )
  }

  /** Waits until these responses are shown, in this order. */
  async shows(responses: readonly string[]): Promise<void> {
    await until(
      'the responses',
      async () =>
        (await this.editor.locator('.card-text').allInnerTexts()).join('\n') ===
        responses.join('\n'),
      LIMIT_MS,
    )
  }

  async undo(): Promise<void> {
    await this.press('u')
    await until('the decision to be taken back', async () =>
      (await this.status()).includes('Undone'),
    )
  }

  /** Waits until the head of the editor says so. */
  async waitForCounts(expected: Partial<Counts>): Promise<void> {
    await until(
      `the counts ${JSON.stringify(expected)}`,
      async () => {
        const counts = await this.counts()
        return Object.entries(expected).every(
          ([name, count]) => counts[name as keyof Counts] === count,
        )
      },
      LIMIT_MS,
    )
  }

  private async counts(): Promise<Counts> {
    // The menu of the header has them all, whether it is open or not.
    const text = (await this.editor.locator('.details').textContent()) ?? ''
    const after = (word: string): number =>
      Number(new RegExp(`${word}\\s*([\\d,]+)`).exec(text)?.[1]?.replaceAll(',', ''))
    return {
      prompts: after('Prompts'),
      candidates: after('Candidates'),
      selected: after('Selected'),
      annotated: after('Labelled'),
      pairs: after('Preference pairs'),
    }
  }

  /**
   * Presses a key until the editor hears it: a twentieth of a second after the palette closes, VS
   * Code takes the focus away and gives it back to the webview, and a key pressed before that
   * reaches neither.
   */
  private async press(key: string): Promise<void> {
    const body = this.editor.locator('body')
    await until(`the editor to hear the key ${key}`, async () => {
      const ear = await body.evaluateHandle(() => {
        const state = { heard: false }
        window.addEventListener('keydown', () => (state.heard = true), {
          capture: true,
          once: true,
        })
        return state
      })
      await body.press(key)
      return ear.evaluate(({ heard }) => heard)
    })
  }

  /**
   * "Prompt 3", or the title of what is shown instead. The total grows while candidates are
   * generated.
   */
  async place(): Promise<string> {
    return (await this.editor.getByRole('heading', { level: 2 }).first().innerText()).replace(
      / of \d+$/,
      '',
    )
  }

  /** What a screen reader is told last. */
  async status(): Promise<string> {
    return (await this.editor.getByRole('status').allInnerTexts()).join(' ')
  }
}
