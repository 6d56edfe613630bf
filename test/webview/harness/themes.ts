// The colours and fonts VS Code 1.139 gives a webview, read from one of each kind of theme.
import type { Page } from 'playwright-core'
import themes from './themes.json' with { type: 'json' }

export const THEMES = themes
export type ThemeName = keyof typeof themes

/** One theme of each kind that VS Code knows. */
export const THEME_KINDS = {
  dark: 'Dark Modern',
  light: 'Light Modern',
  'high-contrast': 'Default High Contrast',
  'high-contrast-light': 'Default High Contrast Light',
} as const satisfies Record<string, ThemeName>

/** Changes the theme of an open editor, as VS Code does when a person picks another. */
export async function changeTheme(page: Page, name: ThemeName): Promise<void> {
  await page.evaluate(
    ({ id, kind, bodyClass, variables }) => {
      const { style } = document.documentElement
      for (const old of [...style]) style.removeProperty(old)
      for (const [variable, value] of Object.entries(variables)) style.setProperty(variable, value)
      document.body.className = bodyClass
      document.body.dataset['vscodeThemeKind'] = kind
      document.body.dataset['vscodeThemeId'] = id
    },
    { id: name, ...THEMES[name] },
  )
}
