// Texts that try to run, load, lead away or disturb: whatever a model or a file says, it is text.
import { describe, expect, test } from 'vitest'
import type { Message } from '../../src/shared/domain'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, taskOf, task } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
let editor: Editor

const ATTACKS: Record<string, string> = {
  script: '<script>window.pwned = 1</script>',
  'script in Markdown': '**bold** <script src="https://evil.example/x.js"></script> text',
  onerror: '<img src=x onerror="window.pwned = 1">',
  'svg onload': '<svg onload="window.pwned = 1"><circle r="9"/></svg>',
  iframe: '<iframe srcdoc="<script>parent.pwned = 1</script>"></iframe>',
  style: '<style>* { display: none !important }</style><p style="position:fixed;inset:0">over</p>',
  form: '<form action="https://evil.example"><button>Send</button></form>',
  'meta refresh': '<meta http-equiv="refresh" content="0;url=https://evil.example">',
  'javascript link': '[press](javascript:window.pwned=1)',
  'entity link': '[press](jav&#x09;ascript:window.pwned=1 "title\\" onclick=\\"window.pwned=1")',
  'data link': '[press](data:text/html,<script>window.pwned=1</script>)',
  'plain link': '[press](https://evil.example/leave)',
  autolink: 'https://evil.example/leave and <https://evil.example/leave> and mail@evil.example',
  'reference link': '[press][1]\n\n[1]: https://evil.example/leave',
  'command link': '[press](command:workbench.action.terminal.new)',
  image: '![picture](https://evil.example/pixel.png)',
  'image breaking out of its title':
    '![a" onerror="window.pwned=1](https://evil.example/"onload="window.pwned=1)',
  'code language breaking out': '```"><img/src=x/onerror=window.pwned=1>\ncode\n```',
  'template syntax':
    '${window.pwned = 1} {{constructor.constructor("window.pwned=1")()}} <%= 1 %> <!--?lit$1$--><!----> lit$1$',
  'mutation of namespaces':
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.pwned=1&gt;">',
  'clobbering of names': '<a id="app"></a><input name="body"><a id="toHost" href="x"></a>',
  nulls: 'a\u0000b\u0007c\u001b[31mred',
}

test.each(Object.entries(ATTACKS))(
  '%s runs nothing, loads nothing, leads nowhere',
  async (_, text) => {
    const prompt: Message[] = [
      { role: 'system', content: text },
      { role: 'user', content: text },
    ]
    editor = await open(
      new FakeHost(curation({ settings: { guidelines: text } }), [
        taskOf([text, 'the other'], { prompt, note: text }),
      ]),
    )
    await editor.press('g')
    await expectInert(4)
    await editor.press('m')
    await editor.page.getByRole('button', { name: 'Raw text', pressed: true }).waitFor()
    await expectInert(4)
    await editor.press('2')
    await editor.page.getByRole('heading', { name: 'All labelled' }).waitFor()
    expect(await editor.page.evaluate(() => 'pwned' in window)).toBe(false)
  },
)

/** Every element that acts, and every attribute that makes one act or be found. */
const ACTIVE =
  'a, img, script, style, iframe, svg, math, form, input, button, meta, link, object, embed, [onerror], [onload], [onclick], [style], [href], [src], [id]'

async function expectInert(atLeast: number): Promise<void> {
  const texts = editor.page.locator('.markdown, .plain')
  expect(await texts.count()).toBeGreaterThanOrEqual(atLeast)
  expect(await texts.locator(ACTIVE).count()).toBe(0)
  for (const place of await texts.locator('.link, .image').all()) await place.click()
}

test('HTML that a model wrote is shown, not swallowed', async () => {
  editor = await open(
    new FakeHost(curation(), [taskOf(['Use <b>bold</b> and <script>alert(1)</script>.', 'x'])]),
  )
  await editor.page
    .getByText('Use <b>bold</b> and <script>alert(1)</script>.', { exact: true })
    .waitFor()
})

test('links and images show where they lead', async () => {
  editor = await open(
    new FakeHost(curation(), [
      taskOf(['[press](javascript:alert(1)) ![chart](https://example.org/c.png)', 'x']),
    ]),
  )
  const card = editor.page.getByRole('article', { name: 'Response 1' })
  await card.getByText('javascript:alert(1)').waitFor()
  await card.getByText('https://example.org/c.png').waitFor()
  expect(await card.locator('.link').getAttribute('title')).toBe('javascript:alert(1)')
})

describe('size', () => {
  test('200 kB are shown in full, and the next key answers', async () => {
    const huge = 'All work and no play makes Jack a dull boy. '.repeat(4_600)
    editor = await open(new FakeHost(curation(), [taskOf([huge, 'short']), task(1)]))
    await editor.page.getByText('Shown as plain text').waitFor()
    expect(
      await editor.page.locator('.plain').evaluate((element) => element.textContent.length),
    ).toBe(huge.length)
    await editor.press('2')
    await editor.page.getByRole('heading', { name: 'Prompt 2 of' }).waitFor()
  })

  test('nesting deeper than the parser goes falls back to plain text', async () => {
    editor = await open(new FakeHost(curation(), [taskOf(['> '.repeat(20_000), 'short'])]))
    await editor.page.getByText('Shown as plain text').waitFor()
  })

  test('one endless word does not widen the page', async () => {
    editor = await open(
      new FakeHost(curation(), [
        taskOf(['W'.repeat(5_000), `\`${'c'.repeat(5_000)}\``], {
          prompt: [{ role: 'user', content: 'P'.repeat(5_000) }],
        }),
      ]),
    )
    expect(
      await editor.page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
    ).toBeLessThanOrEqual(0)
  })
})

describe('bidirectional text', () => {
  const override = 'user\u202etxt.exe\u2066 is safe'

  test('does not turn around what stands beside it', async () => {
    editor = await open(
      new FakeHost(curation(), [taskOf([`[${override}](https://example.org)`, 'x'])]),
    )
    for (const part of ['.link', '.address']) {
      expect(
        await editor.page
          .locator(part)
          .evaluate((element) => getComputedStyle(element).unicodeBidi),
      ).toBe('isolate')
    }
  })

  test('shows its controls in raw text', async () => {
    editor = await open(new FakeHost(curation(), [taskOf([override, 'x'])]))
    await editor.press('m')
    await editor.page.getByText('U+202E', { exact: true }).waitFor()
    await editor.page.getByText('U+2066', { exact: true }).waitFor()
  })

  test('right-to-left answers read from the right', async () => {
    editor = await open(
      new FakeHost(curation(), [
        taskOf([
          'שלום עולם\n\n- פריט ראשון\n\n- פריט שני\n\n> ציטוט\n\n| שם | ערך |\n| --- | --- |\n| א | ב |',
          'x',
        ]),
      ]),
    )
    const card = editor.page.getByRole('article', { name: 'Response 1' })
    for (const part of ['p', 'ul', 'blockquote', 'table']) {
      expect(
        await card
          .locator(part)
          .first()
          .evaluate((element) => getComputedStyle(element).direction),
        part,
      ).toBe('rtl')
    }
  })

  test('lines of raw text, and of a note, start each at the side of their language', async () => {
    editor = await open(
      new FakeHost(curation(), [taskOf(['left\nשלום', 'x'], { note: 'left\nשלום' })]),
    )
    await editor.press('m')
    const starts = (place: string): Promise<number[]> =>
      editor.page
        .locator(place)
        .first()
        .evaluate((text) => {
          const node = [...text.childNodes].find(({ nodeType }) => nodeType === Node.TEXT_NODE)
          const range = document.createRange()
          return [0, 5].map((at) => {
            if (node) range.setStart(node, at)
            if (node) range.setEnd(node, at + 4)
            return range.getBoundingClientRect().left
          })
        })
    for (const place of ['.card .plain', '.note-shown p']) {
      const [left = 0, right = 0] = await starts(place)
      expect(right, place).toBeGreaterThan(left + 100)
    }
    await editor.press('n')
    expect(
      await editor.page
        .getByRole('textbox', { name: 'Note' })
        .evaluate((field) => getComputedStyle(field).unicodeBidi),
    ).toBe('plaintext')
  })
})
