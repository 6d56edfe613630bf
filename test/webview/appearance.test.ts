// How the editor looks: axe in every kind of theme, reflow, visible focus, and a picture of every
// state.
import { describe, expect, test } from 'vitest'
import { type Appearance, APPEARANCES } from './harness/appearances'
import { accessibilityViolations, type Editor, type Options } from './harness/editor'
import { EDIT_APPEARANCES } from './harness/editViews'
import { FakeHost } from './harness/fakeHost'
import { curation, tasks } from './harness/samples'
import { useEditors } from './harness/suite'
import { changeTheme, THEME_KINDS } from './harness/themes'
import { TRY_APPEARANCES } from './harness/tryViews'

const open = useEditors()
let editor: Editor

async function reach(
  { view, tasks: all, reach: further }: Appearance,
  options: Options,
): Promise<void> {
  editor = await open(new FakeHost(view, structuredClone(all)), options)
  await editor.page.getByRole('heading').first().waitFor()
  await further?.(editor)
}

describe.each([...APPEARANCES, ...EDIT_APPEARANCES, ...TRY_APPEARANCES])('$name', (state) => {
  test('breaks no rule of accessibility in any kind of theme', async () => {
    await reach(state, {})
    for (const [kind, theme] of Object.entries(THEME_KINDS)) {
      await changeTheme(editor.page, theme)
      await editor.settle()
      await editor.picture(`${state.name}-${kind}`)
      expect(await accessibilityViolations(editor.page), kind).toEqual([])
    }
  })

  test('fits at 200 % zoom, and in 320 pixels, without sideways scrolling', async () => {
    await reach(state, { zoom: 2, theme: 'Light 2026' })
    await editor.picture(`${state.name}-zoom`)
    expect(await sidewaysScroll()).toBe(0)
    await changeTheme(editor.page, 'Dark 2026')
    await editor.page.setViewportSize({ width: 320, height: 800 })
    await editor.settle()
    await editor.picture(`${state.name}-narrow`)
    expect(await sidewaysScroll()).toBe(0)
  })
})

function sidewaysScroll(): Promise<number> {
  return editor.page.evaluate(() => Math.max(0, document.documentElement.scrollWidth - innerWidth))
}

test('the focus is visible on every control', async () => {
  editor = await open(
    new FakeHost(curation({ settings: { guidelines: 'x' }, counts: { annotated: 1 } }), tasks(2)),
  )
  const names: string[] = []
  for (let step = 0; step < 40; step++) {
    await editor.press('Tab')
    const focus = await editor.page.evaluate(() => {
      const outer = document.activeElement
      const inner = outer?.shadowRoot?.activeElement ?? outer
      if (!inner || inner === document.body) return null
      const { outlineStyle, outlineWidth } = getComputedStyle(inner)
      return {
        name: outer?.textContent.trim() ?? '',
        outlined: outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1,
      }
    })
    if (!focus) break
    expect(focus).toMatchObject({ outlined: true })
    names.push(focus.name)
  }
  expect(names.length).toBeGreaterThan(12)
})
