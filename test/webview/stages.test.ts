// The editor's screens from an empty curation to a finished one: what each says and what its button
// does.
import { describe, expect, test } from 'vitest'
import type { Activity } from '../../src/shared/curationViews'
import type { EditorAction } from '../../src/shared/editorProtocol'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, task, tasks, unread } from './harness/samples'
import { useEditors } from './harness/suite'

const GENERATING: Activity = {
  kind: 'generate',
  sentence: 'Prompt 3 of 80',
  done: 64,
  total: 2560,
  tokensPerSecond: 412.4,
  secondsLeft: 1900,
}

const open = useEditors()
let editor: Editor

type Change = Parameters<typeof curation>[0]

const SCREENS: {
  name: string
  state: Change
  heading: string
  button: string
  action: EditorAction
}[] = [
  {
    name: 'no candidates',
    state: { counts: { candidates: 0, selected: 0 } },
    heading: 'From prompts to preferences',
    button: 'Generate Candidates',
    action: 'generate',
  },
  {
    name: 'generating',
    state: { counts: { candidates: 12, selected: 0 }, activity: GENERATING },
    heading: 'The first selection is on its way',
    button: 'Stop',
    action: 'stopGeneration',
  },
  {
    name: 'generated in part, all labelled',
    state: { counts: { candidates: 64, selected: 2, annotated: 2, pairs: 2 } },
    heading: 'Everything generated so far is labelled',
    button: 'Generate the Rest',
    action: 'generate',
  },
  {
    name: 'all labelled',
    state: { counts: { annotated: 80, pairs: 71 } },
    heading: 'All labelled',
    button: 'Start Training Run…',
    action: 'train',
  },
  {
    name: 'all labelled',
    state: { counts: { annotated: 80, pairs: 71 } },
    heading: 'All labelled',
    button: 'Export Data Set…',
    action: 'export',
  },
  {
    name: 'untrusted',
    state: { trusted: false, counts: { candidates: 0, selected: 0 } },
    heading: 'Nothing to label yet',
    button: 'Manage Workspace Trust',
    action: 'trust',
  },
]

test.each(SCREENS)(
  '$name: "$button" asks for $action',
  async ({ state, heading, button, action }) => {
    editor = await open(new FakeHost(curation(state), []))
    await editor.page.getByRole('heading', { name: heading }).waitFor()
    await editor.button(button).first().click()
    await expect.poll(() => editor.host.actions()).toEqual([action])
  },
)

test('a curation that is still being read says so, and no more', async () => {
  editor = await open(new FakeHost(unread(), []))
  await editor.page.getByText('Opening the curation…').waitFor()
  expect(await editor.page.getByRole('list', { name: 'State of the curation' }).count()).toBe(0)
  editor.host.break({ code: 'bad-input', message: 'Not JSON.', where: 'helpful.aepo.json' })
  await editor.page.getByRole('heading', { name: 'This curation cannot be shown yet' }).waitFor()
})

test.each([
  ['Open Data Set', 'openOutput'],
  ['Open as Text', 'openText'],
  ['Show Log', 'showLog'],
  ['Export Data Set…', 'export'],
] as const)('the menu of the header has "%s"', async (button, action) => {
  editor = await open(new FakeHost(curation(), tasks(1)))
  await editor.button('More').click()
  await editor.button(button).click()
  await expect.poll(() => editor.host.actions()).toEqual([action])
  await editor.page.getByRole('dialog', { name: 'More' }).waitFor({ state: 'hidden' })
})

test('the header tells the state in numbers, its menu in more of them', async () => {
  editor = await open(
    new FakeHost(
      curation({ counts: { candidates: 1234, cutOff: 12, annotated: 34, pairs: 31 } }),
      tasks(1),
    ),
  )
  const plain = (text: string): string => text.replace(/\s+/g, ' ')
  const state = editor.page.getByRole('list', { name: 'State of the curation' })
  expect(plain(await state.innerText())).toBe('34 of 80 labelled 31 pairs')
  await editor.button('More').click()
  const menu = editor.page.getByRole('dialog', { name: 'More' })
  expect(plain(await menu.locator('dl').innerText())).toBe(
    'Prompts 80 Candidates 1,234 of 2,560 Cut off at the token limit 12 Selected 80 Labelled 34 of 80 by ada Preference pairs 31 Model SmolLM2-135M-Instruct on cpu: no usable GPU was found',
  )
})

test('work under way shows what, how fast and how long, and can be stopped', async () => {
  editor = await open(new FakeHost(curation({ activity: GENERATING }), tasks(1)))
  const activity = editor.page.getByRole('region', { name: 'Running work' })
  for (const text of ['Prompt 3 of 80', '412 tokens/s', '32 min left'])
    await activity.getByText(text).waitFor()
  await activity.getByRole('button', { name: 'Stop' }).click()
  await expect.poll(() => editor.host.actions()).toEqual(['stopGeneration'])
})

describe('labelling while generation runs', () => {
  test('the first selection appears by itself', async () => {
    editor = await open(
      new FakeHost(curation({ counts: { candidates: 12, selected: 0 }, activity: GENERATING }), []),
    )
    await editor.page.getByRole('heading', { name: 'The first selection is on its way' }).waitFor()
    editor.host.count({ candidates: 32, selected: 1 })
    editor.host.replaceTasks([task(0)])
    await editor.page.getByRole('heading', { name: 'Prompt 1 of 80' }).waitFor()
  })

  test('whoever has caught up waits, and goes on by itself', async () => {
    editor = await open(
      new FakeHost(curation({ counts: { selected: 1 }, activity: GENERATING }), [
        task(0, { total: 1 }),
      ]),
    )
    await editor.press('1')
    await editor.page
      .getByRole('heading', { name: 'You have labelled all there is so far' })
      .waitFor()
    editor.host.replaceTasks([task(0, { preference: { kind: 'tie' } }), task(1, { total: 2 })])
    await editor.page.getByRole('heading', { name: 'Prompt 2 of 2' }).waitFor()
    await editor.announced('Saved: 1 is better. Prompt 2 of 2')
  })

  test('a selection made anew replaces the one shown and says so; a note begun on one that stayed is kept', async () => {
    editor = await open(new FakeHost(curation({ activity: GENERATING }), tasks(2)))
    await editor.press('n')
    await editor.page.keyboard.type('half a th')
    editor.host.replaceTasks([task(0, { poolSize: 64 }), task(1)])
    await editor.page.getByText('2 of 64 candidates').waitFor()
    await editor.page.keyboard.type('ought')
    expect(await editor.page.getByRole('textbox', { name: 'Note' }).inputValue()).toBe(
      'half a thought',
    )
    editor.host.replaceTasks([task(0, { selectionId: 'another' }), task(1)])
    await editor.announced('The selection changed')
    expect(editor.host.annotations()).toEqual([])
  })

  test('the answer to an annotation shows what changed meanwhile', async () => {
    editor = await open(new FakeHost(curation(), tasks(3)))
    const release = editor.host.hold('annotate')
    await editor.press('1')
    await editor.page.getByText('Saving…').waitFor()
    editor.host.replaceTasks([task(0), task(1, { selectionId: 'made anew' }), task(2)])
    release()
    await editor.announced('Prompt 2 of')
    await editor.press('t')
    await expect.poll(() => editor.host.annotations().at(-1)?.selectionId).toBe('made anew')
  })

  test('what comes during an annotation that fails is shown after it', async () => {
    editor = await open(new FakeHost(curation(), tasks(3)))
    const release = editor.host.hold('annotate')
    editor.host.failNext('annotate', { code: 'not-found', message: 'It no longer exists.' })
    await editor.press('1')
    await editor.page.getByText('Saving…').waitFor()
    editor.host.replaceTasks([task(0, { selectionId: 'made anew' }), task(1), task(2)])
    await expect.poll(() => editor.host.told).toEqual(['task'])
    release()
    await editor.page.getByText('It no longer exists.').waitFor()
    await editor.announced('The selection changed')
  })
})

test('a decision is one request: the panel that made it is told the counts alone', async () => {
  editor = await open(new FakeHost(curation(), tasks(3)))
  await editor.press('1')
  await editor.announced('Prompt 2 of')
  await editor.press('u')
  await editor.announced('Undone. Prompt 1 of')
  await editor.settle()
  expect(editor.host.asked.map(({ method }) => method)).toEqual(['ready', 'annotate', 'undo'])
  expect(editor.host.told).toEqual(['state', 'state'])
})

describe('when all is labelled', () => {
  test('decisions can be looked through from the first, or back from the last', async () => {
    const decided = tasks(3).map((one) => ({ ...one, preference: { kind: 'tie' as const } }))
    editor = await open(new FakeHost(curation({ counts: { selected: 3, annotated: 3 } }), decided))
    await editor.button('Review Labels').click()
    await editor.page.getByRole('list', { name: 'Prompts' }).locator('.row').first().click()
    await editor.page.getByRole('heading', { name: 'Prompt 1 of 3' }).waitFor()
    editor = await open(new FakeHost(curation({ counts: { selected: 3, annotated: 3 } }), decided))
    await editor.press('ArrowLeft')
    await editor.page.getByRole('heading', { name: 'Prompt 3 of 3' }).waitFor()
  })

  test('a decision that is changed leads to the one after it', async () => {
    editor = await open(
      new FakeHost(
        curation({ counts: { selected: 3, annotated: 3 } }),
        tasks(3).map((one) => ({ ...one, preference: { kind: 'tie' as const } })),
      ),
    )
    await editor.button('Review Labels').click()
    await editor.page.getByRole('list', { name: 'Prompts' }).locator('.row').first().click()
    await editor.page.getByRole('heading', { name: 'Prompt 1 of 3' }).waitFor()
    await editor.press('1')
    await editor.page.getByRole('heading', { name: 'Prompt 2 of 3' }).waitFor()
  })

  test('how often the longer response was preferred is told, once that says something', async () => {
    editor = await open(
      new FakeHost(curation({ counts: { annotated: 80, pairs: 71, longerChosen: 64 } }), []),
    )
    await editor.page
      .getByText('The longer response is the preferred one in 64 of 71 (90 %).')
      .waitFor()
    editor.host.count({ pairs: 19, longerChosen: 18 })
    await editor.page.getByText('80 labels gave 19 preference pairs.').waitFor()
    expect(await editor.page.getByText('The longer response').count()).toBe(0)
  })

  test('without two pairs no training is offered, and it says why', async () => {
    editor = await open(new FakeHost(curation({ counts: { annotated: 80, pairs: 1 } }), []))
    await editor.page.getByText('A training run needs at least two preference pairs').waitFor()
    expect(await editor.button('Start Training Run…').count()).toBe(0)
  })

  test('beyond the budget labelling may go on, with training at hand', async () => {
    editor = await open(new FakeHost(curation({ counts: { annotated: 80, pairs: 71 } }), tasks(1)))
    await editor.page.getByText('The budget of 80 labels is used up').waitFor()
    await editor.button('Start Training Run…').click()
    await expect.poll(() => editor.host.actions()).toEqual(['train'])
  })
})

describe('a reload', () => {
  test('comes back to the same place with the note begun', async () => {
    editor = await open(new FakeHost(curation(), tasks(5)))
    await editor.press('ArrowRight')
    await editor.page.getByRole('heading', { name: 'Prompt 2 of' }).waitFor()
    await editor.press('n')
    await editor.page.keyboard.type('unfinished')
    await editor.page.reload()
    await editor.page.getByRole('heading', { name: 'Prompt 2 of' }).waitFor()
    await editor.page.getByText('unfinished').waitFor()
    await editor.press('1')
    await expect.poll(() => editor.host.annotations()[0]?.note).toBe('unfinished')
  })

  test('of a finished curation stays at its end', async () => {
    editor = await open(new FakeHost(curation({ counts: { selected: 1 } }), tasks(1)))
    await editor.press('1')
    await editor.page.getByRole('heading', { name: 'All labelled' }).waitFor()
    await editor.page.reload()
    await editor.page.getByRole('heading', { name: 'All labelled' }).waitFor()
  })

  test('with nonsense for a memory starts at the first open selection', async () => {
    editor = await open(new FakeHost(curation(), tasks(5)))
    for (const nonsense of [
      '"text"',
      '{"position":"three","drafts":[1]}',
      '{"drafts":{"selection-1":7}}',
    ]) {
      await editor.page.evaluate((state) => sessionStorage.setItem('state', state), nonsense)
      await editor.page.reload()
      await editor.page.getByRole('heading', { name: 'Prompt 1 of' }).waitFor()
    }
  })
})
