// What survives a reload of the webview: the place in the list, how tasks are shown, notes begun
// but not yet saved, a notice answered.
import type { VsCodeApi } from './channel'
import { type Display, readDisplay } from './display'

interface Remembered {
  position: number | null
  display: Display
  /** Selection id → note. */
  drafts: Record<string, string>
  /** Settings for which candidates from earlier ones are to be kept. */
  keptEarlier: string | null
}

export class Memory {
  private readonly remembered: Remembered

  constructor(private readonly api: Pick<VsCodeApi, 'getState' | 'setState'>) {
    this.remembered = read(api.getState())
  }

  get position(): number | null {
    return this.remembered.position
  }

  set position(position: number | null) {
    this.remembered.position = position
    this.write()
  }

  get display(): Display {
    return this.remembered.display
  }

  set display(display: Display) {
    this.remembered.display = display
    this.write()
  }

  get keptEarlier(): string | null {
    return this.remembered.keptEarlier
  }

  keepEarlier(key: string): void {
    this.remembered.keptEarlier = key
    this.write()
  }

  draft(selectionId: string): string | undefined {
    return Object.hasOwn(this.remembered.drafts, selectionId)
      ? this.remembered.drafts[selectionId]
      : undefined
  }

  setDraft(selectionId: string, note: string): void {
    this.remembered.drafts[selectionId] = note
    this.write()
  }

  forgetDraft(selectionId: string): void {
    this.remembered.drafts = Object.fromEntries(
      Object.entries(this.remembered.drafts).filter(([id]) => id !== selectionId),
    )
    this.write()
  }

  private write(): void {
    this.api.setState(this.remembered)
  }
}

/** What an older version or a stranger left behind counts as nothing. */
function read(state: unknown): Remembered {
  const { position, display, drafts, keptEarlier } = (
    typeof state === 'object' && state !== null ? state : {}
  ) as Partial<Record<keyof Remembered, unknown>>
  const texts =
    typeof drafts === 'object' && drafts !== null
      ? Object.entries(drafts).filter(
          (entry): entry is [string, string] => typeof entry[1] === 'string',
        )
      : []
  return {
    position: typeof position === 'number' ? position : null,
    display: readDisplay(display),
    drafts: Object.fromEntries(texts),
    keptEarlier: typeof keptEarlier === 'string' ? keptEarlier : null,
  }
}
