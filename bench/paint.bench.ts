// From the key of a decision until the next selection is painted, in the editor's page in Chromium:
// the real page and panel over a curation in memory.
import type { Page } from 'playwright-core'
import { type Editor, Harness } from '../test/webview/harness/editor'
import { FakeHost } from '../test/webview/harness/fakeHost'
import { curation, response, task } from '../test/webview/harness/samples'
import type { Task } from '../src/shared/curationViews'
import { median, type Pair, print, type Row, rowOf, THE_GOAL } from './report'
import { promptsOf, responsesOf } from './support/data'
import { optionsOf } from './support/options'
import { percentile } from './support/percentile'

const GOAL_MILLISECONDS = 50

const options = optionsOf({ prompts: '300', k: '2' })
const total = options.number('prompts')

function tasks(): Task[] {
  const { messages } = promptsOf(options.data, '')
  const { pools } = responsesOf(options.data, total)
  return Array.from({ length: total }, (_, position) =>
    task(position, {
      prompt: messages[position % messages.length]!,
      responses: pools[position % pools.length]!.slice(0, options.number('k')).map((text, index) =>
        response(`${position}-${index}`, text),
      ),
      total,
    }),
  )
}

/** Milliseconds from key to painted frame; `own` is without the way to the host and back. */
interface Paint {
  all: number
  own: number
}

/**
 * Measures in the page, from the time that the browser gives the key press until the frame with
 * another place is painted: a message sent in an animation frame arrives after it.
 */
async function watchPaints(page: Page): Promise<{ next: () => Promise<Paint> }> {
  const waiting: ((paint: Paint) => void)[] = []
  await page.exposeFunction('painted', (paint: Paint) => waiting.shift()?.(paint))
  await page.evaluate(() => {
    const bridge = window as unknown as {
      painted: (paint: Paint) => void
      toHost: (message: { method?: string }) => void
    }
    const place = (): string => document.querySelector('.places-button')?.textContent ?? ''
    let [pressed, sent, answered] = [0, 0, 0]
    let before = place()
    const { toHost } = bridge
    bridge.toHost = (message) => {
      if (message.method === 'annotate') sent = performance.now()
      toHost(message)
    }
    addEventListener('keydown', (event) => (pressed = event.timeStamp), { capture: true })
    addEventListener('message', ({ data, timeStamp }: MessageEvent<{ kind: string }>) => {
      if (data.kind === 'result') answered = timeStamp
    })
    new MutationObserver(() => {
      if (place() === before) return
      before = place()
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => {
          const all = performance.now() - pressed
          bridge.painted({ all, own: all - (answered - sent) })
        }
        port2.postMessage(null)
      })
    }).observe(document.body, { subtree: true, childList: true, characterData: true })
  })
  return { next: () => new Promise((resolve) => waiting.push(resolve)) }
}

/** One decision after another; the last one has no next selection. */
async function decideAll(editor: Editor): Promise<Paint[]> {
  const { next } = await watchPaints(editor.page)
  const paints: Paint[] = []
  for (let place = 1; place < total; place++) {
    const painted = next()
    await editor.press('1')
    paints.push(await painted)
  }
  return paints
}

async function measure(harness: Harness, differences: boolean): Promise<Paint[]> {
  const host = new FakeHost(
    curation({ counts: { prompts: total, selected: total, budget: total } }),
    tasks(),
  )
  const editor = await harness.open(host, { height: 720, motion: true })
  await editor.page.locator('.card').first().waitFor()
  if (differences) await editor.press('d')
  await editor.settle()
  const paints = await decideAll(editor)
  await editor.close()
  return paints
}

const harness = await Harness.start()
const rows: Row[] = []
for (const differences of [false, true]) {
  const pairs: Pair[] = []
  const medians: Paint[] = []
  for (let run = 0; run < options.runs; run++) {
    const paints = await measure(harness, differences)
    const all = paints.map((paint) => paint.all)
    pairs.push({ ours: percentile(all, 95), peer: GOAL_MILLISECONDS })
    medians.push({ all: median(all), own: median(paints.map(({ own }) => own)) })
  }
  const inAll = (part: keyof Paint): string =>
    median(medians.map((paint) => paint[part])).toFixed(1)
  const marked = differences ? ', differences marked' : ''
  rows.push(
    rowOf(
      {
        name: `a key until the next selection is painted, 95th percentile, ${total} prompts${marked}`,
        unit: 'ms',
        peerName: THE_GOAL,
        goal: 1,
        note: `median ${inAll('all')} ms, ${inAll('own')} ms without the way to the host; Chromium ${harness.version}`,
      },
      pairs,
      'less',
    ),
  )
}
await harness.stop()
print('paint', rows, options.json)
