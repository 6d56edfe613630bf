// A list of many rows, of which those in sight are drawn. One row takes part in the tab order; the
// arrow keys move from row to row.
import { html, LitElement, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'

/** As in the style sheet. */
const ROW_HEIGHT = 36
/** Rows drawn beyond the window on either side. */
const BEYOND = 8
const ROWS_PER_PAGE = 15

export type DrawRow = (index: number, isCurrent: boolean) => TemplateResult

export class RowList extends LitElement {
  static override properties = {
    count: { attribute: false },
    drawRow: { attribute: false },
    current: { attribute: false },
    label: {},
  }
  declare count: number
  /** Draws a row: one button, with `tabindex` 0 where it is the current row, else -1. */
  declare drawRow: DrawRow
  /** The row that has the place in the tab order. */
  declare current: number
  declare label: string

  private readonly scrolled = (): void => this.requestUpdate()

  constructor() {
    super()
    this.count = 0
    this.current = 0
    this.label = ''
    this.drawRow = () => html``
  }

  /** In the page itself: the style sheet is the editor's. */
  protected override createRenderRoot(): HTMLElement {
    return this
  }

  override connectedCallback(): void {
    super.connectedCallback()
    addEventListener('scroll', this.scrolled, { passive: true })
    addEventListener('resize', this.scrolled)
    this.addEventListener('keydown', this.moved)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    removeEventListener('scroll', this.scrolled)
    removeEventListener('resize', this.scrolled)
    this.removeEventListener('keydown', this.moved)
  }

  override firstUpdated(): void {
    this.requestUpdate() // its place on the page is known now
    if (this.current > 0) this.bringToView(this.current)
  }

  protected override render(): TemplateResult {
    const [first, last] = this.range()
    const indices = Array.from({ length: last - first }, (_, index) => first + index)
    return html`<div class="rows" role="list" aria-label=${this.label}>
      ${repeat(
        indices,
        (index) => index,
        (index) =>
          html`<div
            role="listitem"
            aria-setsize=${this.count}
            aria-posinset=${index + 1}
            data-row=${index}
          >
            ${this.drawRow(index, index === this.currentRow)}
          </div>`,
      )}
    </div>`
  }

  /** By script: the content policy forbids styles in the markup. */
  protected override updated(): void {
    const rows = this.querySelector<HTMLElement>('.rows')
    if (!rows) return
    rows.style.height = `${this.count * ROW_HEIGHT}px`
    for (const row of rows.querySelectorAll<HTMLElement>('[data-row]'))
      row.style.top = `${Number(row.dataset['row']) * ROW_HEIGHT}px`
  }

  private get currentRow(): number {
    return Math.min(this.current, Math.max(this.count - 1, 0))
  }

  /** The rows to draw: from the first to before the last. */
  private range(): [number, number] {
    const top = this.getBoundingClientRect().top
    const first = Math.max(0, Math.floor(-top / ROW_HEIGHT) - BEYOND)
    const last = Math.ceil((innerHeight - top) / ROW_HEIGHT) + BEYOND
    return [Math.min(first, this.count), Math.min(Math.max(last, 0), this.count)]
  }

  private readonly moved = (event: KeyboardEvent): void => {
    const steps: Readonly<Record<string, number>> = {
      ArrowUp: -1,
      ArrowDown: 1,
      PageUp: -ROWS_PER_PAGE,
      PageDown: ROWS_PER_PAGE,
      Home: -this.count,
      End: this.count,
    }
    const step = steps[event.key]
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    this.current = Math.min(Math.max(this.currentRow + step, 0), this.count - 1)
    this.bringToView(this.current)
    this.requestUpdate()
    void this.updateComplete.then(() =>
      this.querySelector<HTMLElement>(`[data-row="${this.current}"] button`)?.focus({
        preventScroll: true,
      }),
    )
  }

  private bringToView(row: number): void {
    const top = this.getBoundingClientRect().top + row * ROW_HEIGHT
    const isAbove = top < ROW_HEIGHT * 2
    const isBelow = top + ROW_HEIGHT * 2 > innerHeight
    if (isAbove || isBelow) scrollBy({ top: top - innerHeight / 2 })
  }
}

customElements.define('aepo-rows', RowList)
