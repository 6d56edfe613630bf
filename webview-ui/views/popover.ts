// What the panels that a button opens have in common.

/** The panel of this id, if the page has it. */
export const popover = (id: string): HTMLElement | null => document.getElementById(id)

/** Escape closes the panel alone: the page's own keys do not get it. */
export function keepEscape(event: KeyboardEvent): void {
  if (event.key === 'Escape') event.stopPropagation()
}
