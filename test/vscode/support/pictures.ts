// Pictures of the window, to be looked at: in each kind of theme, and narrow.
import type { Theme, Workbench } from './workbench'

const LOOKS: readonly [string, Theme][] = [
  ['dark', 'Dark Modern'],
  ['light', 'Light Modern'],
  ['contrast', 'Default High Contrast'],
]
/** The editor has 320 pixels beside the activity bar. */
const NARROW = { width: 368, height: 800 }

export async function pictures(workbench: Workbench, name: string): Promise<void> {
  const usual = workbench.page.viewportSize()
  for (const [look, theme] of LOOKS) {
    await workbench.setTheme(theme)
    await workbench.picture(`${name}-${look}`)
  }
  await workbench.setTheme('Dark Modern')
  await workbench.page.setViewportSize(NARROW)
  await workbench.picture(`${name}-narrow`)
  if (usual) await workbench.page.setViewportSize(usual)
}
