// The page for labelling: what is in sight where there is little room, the heads of the cards, the
// last decisions, the feedback to a decision.
import { describe, expect, test } from 'vitest'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, GENERATING, response, task, tasks, taskOf } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
let editor: Editor

describe('little room', () => {
  test('at 200 % zoom the prompt and the beginning of the first response are on the first screen', async () => {
    for (const prompt of [task(0).prompt, task(1).prompt, task(2).prompt]) {
      editor = await open(new FakeHost(curation(), [task(0, { prompt }), task(1)]), {
        width: 720,
        height: 450,
      })
      const bar = await editor.page.getByRole('region', { name: 'Your label' }).boundingBox()
      const text = await editor.page.locator('.card-text').first().boundingBox()
      // Two lines of it at least.
      expect((bar?.y ?? 0) - (text?.y ?? Infinity)).toBeGreaterThan(44)
    }
  })

  test('at 400 pixels everything but prompt and responses takes less than a third', async () => {
    editor = await open(new FakeHost(curation({ activity: GENERATING }), tasks(3)), {
      width: 400,
      height: 720,
    })
    await editor.press('1')
    await editor.announced('Prompt 2 of')
    const heights = await editor.page
      .locator('.header, .prompt-head, .decisions')
      .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().height))
    expect(heights).toHaveLength(3)
    expect(heights.reduce((sum, height) => sum + height, 0)).toBeLessThan(720 / 3)
  })

  test.each([
    [384, null],
    [384, GENERATING],
    [400, GENERATING],
    [560, GENERATING],
    [670, GENERATING],
  ] as const)('at %i pixels the header is one row', async (width, activity) => {
    editor = await open(new FakeHost(curation({ activity }), tasks(16)), { width })
    await editor.page.locator('.prompt-head').waitFor()
    await editor.picture(`header-${width}-${activity ? 'generating' : 'at-rest'}`)
    const header = await editor.page.locator('.header').boundingBox()
    expect(header?.height).toBeLessThan(45)
    const steps = await editor.page.locator('.place-and-steps').boundingBox()
    const tools = await editor.page.locator('.tools').boundingBox()
    expect(Math.abs((steps?.y ?? 0) - (tools?.y ?? 99))).toBeLessThan(10)
  })

  test('a wide screen has the page in its middle', async () => {
    editor = await open(new FakeHost(curation(), tasks(1)), { width: 2560, height: 1300 })
    const { x = 0, width = 0 } = (await editor.page.locator('.page').boundingBox()) ?? {}
    expect(Math.abs(x + width / 2 - 1280)).toBeLessThan(2)
    expect(width).toBeLessThan(1600)
  })

  test('a prompt is folded only as far as the window needs', async () => {
    editor = await open(new FakeHost(curation(), [task(2)]), { height: 450 })
    const height = (): Promise<number> =>
      editor.page.locator('#prompt-turns').evaluate((turns) => turns.clientHeight)
    const low = await height()
    await editor.page.setViewportSize({ width: 1280, height: 1200 })
    await expect.poll(height).toBeGreaterThan(low * 2)
    await editor.page.getByRole('button', { name: 'lines above' }).click()
    await editor.page.getByText('Line 12 of a long prompt').waitFor()
  })

  test('at 400 % zoom the decisions do not cover the text', async () => {
    editor = await open(new FakeHost(curation(), tasks(2)), { zoom: 4, width: 1280, height: 1024 })
    expect(
      await editor.page
        .getByRole('region', { name: 'Your label' })
        .evaluate((bar) => getComputedStyle(bar).position),
    ).toBe('static')
  })

  test('cards stand side by side where there is room, and stacked where there is none', async () => {
    editor = await open(new FakeHost(curation(), tasks(2)))
    const tops = (): Promise<number[]> =>
      editor.page
        .getByRole('article')
        .evaluateAll((cards) => cards.map((card) => card.getBoundingClientRect().top))
    const [left, right] = await tops()
    expect(left).toBe(right)
    await editor.page.setViewportSize({ width: 480, height: 800 })
    const [upper = 0, lower = 0] = await tops()
    expect(lower).toBeGreaterThan(upper)
  })
})

describe('the head of a card', () => {
  test('is its button as a whole', async () => {
    editor = await open(new FakeHost(curation(), tasks(2)))
    const {
      x = 0,
      y = 0,
      width = 0,
    } = (await editor.page.locator('.card-head').nth(1).boundingBox()) ?? {}
    await editor.page.mouse.click(x + width - 20, y + 12)
    await editor.announced('Saved: 2 is better.')
  })

  test('says where a response was cut off', async () => {
    const cut = response('a', 'It was the', { finishReason: 'length', tokenCount: 96 })
    const unknown = response('b', 'And then', { finishReason: 'length', tokenCount: null })
    editor = await open(
      new FakeHost(curation(), [task(0, { responses: [cut, unknown, response('c', 'The end.')] })]),
    )
    const heads = await editor.page.locator('.card-facts').allInnerTexts()
    expect(heads.map((text) => text.trim())).toEqual(['cut off at 96', 'cut off', ''])
  })
})

test('the last decisions are in sight; each leads back to its prompt', async () => {
  editor = await open(new FakeHost(curation({ counts: { selected: 12 } }), tasks(12)))
  for (const [index, key] of ['1', 't', 'b', 's', '2'].entries()) {
    await editor.press(key)
    await editor.announced(`Prompt ${index + 2} of`)
  }
  const strip = editor.page.getByRole('list', { name: 'Last labels' })
  await expect
    .poll(() => strip.getByRole('button').allInnerTexts())
    .toEqual(['✓', '=', '✗', '–', '✓'])
  await strip.getByRole('button', { name: 'Prompt 3: all bad' }).click()
  await editor.announced('Prompt 3 of')
  await editor.press('u')
  await expect.poll(() => strip.getByRole('button').count()).toBe(4)
})

test('a decision is echoed where it was made, unless the person wants no motion', async () => {
  editor = await open(new FakeHost(curation(), tasks(4)))
  await editor.page.evaluate(() => {
    new MutationObserver((records) => {
      for (const { addedNodes } of records)
        for (const node of addedNodes)
          if (node instanceof HTMLElement && node.className === 'echo')
            document.body.dataset['echo'] = node.style.left
    }).observe(document.body, { childList: true })
  })
  const echoed = (): Promise<string | undefined> =>
    editor.page.evaluate(() => document.body.dataset['echo'])
  await editor.press('2')
  await editor.announced('Prompt 2 of')
  expect(await echoed()).toBeUndefined()
  await editor.page.emulateMedia({ reducedMotion: 'no-preference' })
  const { x = 0 } = (await editor.page.locator('.card').nth(1).boundingBox()) ?? {}
  await editor.press('2')
  await editor.announced('Prompt 3 of')
  expect(await echoed()).toBe(`${x}px`)
  await editor.page.locator('.echo').waitFor({ state: 'detached' })
})

test('keys look different while the editor does not hear them', async () => {
  editor = await open(new FakeHost(curation(), tasks(1)))
  const opacity = (): Promise<string> =>
    editor.page
      .locator('.card kbd')
      .first()
      .evaluate((key) => getComputedStyle(key).opacity)
  expect(await opacity()).toBe('1')
  await editor.page.evaluate(() => {
    Object.defineProperty(document, 'hasFocus', { configurable: true, value: () => false })
    window.dispatchEvent(new Event('blur'))
  })
  await expect.poll(opacity).toBe('0.4')
})

test('an empty code block takes one line', async () => {
  editor = await open(new FakeHost(curation(), [taskOf(['Here:\n\n```python\n\n\n\n```\n', 'b'])]))
  const block = editor.page.getByText('Empty code block')
  expect((await block.boundingBox())?.height).toBeLessThan(30)
  expect(await editor.page.locator('.card pre').count()).toBe(0)
})
