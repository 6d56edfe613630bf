// Display options of the label view. They persist from task to task and across reloads.

export interface Display {
  raw: boolean
  /** The words that differ between the responses are marked. */
  differences: boolean
  promptUnfolded: boolean
  /** All candidates of the prompt are listed. */
  poolShown: boolean
  guidelinesShown: boolean
}

export const INITIAL_DISPLAY: Display = {
  raw: false,
  differences: false,
  promptUnfolded: false,
  poolShown: false,
  guidelinesShown: true,
}

export function toggled(
  display: Display,
  what: 'raw' | 'differences' | 'prompt' | 'pool' | 'guidelines',
): Display {
  switch (what) {
    case 'raw':
      return { ...display, raw: !display.raw }
    case 'differences':
      return { ...display, differences: !display.differences }
    case 'prompt':
      return { ...display, promptUnfolded: !display.promptUnfolded }
    case 'pool':
      return { ...display, poolShown: !display.poolShown }
    case 'guidelines':
      return { ...display, guidelinesShown: !display.guidelinesShown }
  }
}

/** Reads saved state; unknown keys and values of other types are ignored. */
export function readDisplay(state: unknown): Display {
  const found = (typeof state === 'object' && state !== null ? state : {}) as Record<
    string,
    unknown
  >
  const choices = Object.entries(INITIAL_DISPLAY).map(([name, initial]: [string, boolean]) => [
    name,
    typeof found[name] === 'boolean' ? found[name] : initial,
  ])
  return Object.fromEntries(choices) as Display
}
