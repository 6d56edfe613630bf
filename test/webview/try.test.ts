// Trying two models: what the view asks the host for, by mouse and from the keyboard; that it is
// blind until the vote; what screen readers are told.
import { expect, test } from 'vitest'
import type { TryAction, TryPairView, TryView } from '../../src/shared/tryView'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, run, tasks } from './harness/samples'
import { useEditors } from './harness/suite'
import { ANSWERED, ANSWERING, openTry, trying, VOTED } from './harness/tryViews'

const open = useEditors()
let editor: Editor

async function openView(view: TryView = trying()): Promise<void> {
  editor = await open(new FakeHost(curation({ trying: view }), tasks(3)))
  await openTry(editor)
}

const asked = (): TryAction[] =>
  editor.host
    .actions()
    .flatMap((action) => (typeof action === 'object' && 'trying' in action ? [action.trying] : []))

const show = (pair: TryPairView, change: Partial<TryView> = {}): void =>
  editor.host.tell({ trying: trying({ pair, ...change }) })

const prompt = (): ReturnType<Editor['page']['getByRole']> =>
  editor.page.getByRole('textbox', { name: 'Prompt' })

test('a prompt is sent by Enter; Shift+Enter begins a line', async () => {
  await openView()
  await editor.page.keyboard.type('One')
  await editor.press('Shift+Enter')
  await editor.page.keyboard.type('two t b 1')
  await editor.press('Enter')
  await expect.poll(asked).toEqual([{ do: 'send', text: 'One\ntwo t b 1' }])
  expect(await prompt().inputValue()).toBe('')
})

test('opening the view asks for the models; the command brings it to the front', async () => {
  editor = await open(new FakeHost(curation(), tasks(3)))
  await editor.page.getByRole('tab', { name: 'Try' }).click()
  await expect.poll(asked).toEqual([{ do: 'open' }])
  await editor.page.getByRole('tab', { name: 'Label' }).click()
  editor.host.tell({ trying: trying({ calls: 1 }) })
  await prompt().waitFor()
  await editor.page.getByRole('tab', { name: 'Label' }).click()
  editor.host.tell({ trying: trying({ calls: 2 }) })
  await prompt().waitFor()
})

test('a finished run offers to be tried', async () => {
  const finished = run({ id: 'run-7', state: 'finished' })
  editor = await open(new FakeHost(curation({ runs: [finished] }), tasks(3)))
  await editor.page.getByRole('tab', { name: 'Runs' }).click()
  await editor.button('Try Model').click()
  await expect.poll(asked).toEqual([{ do: 'open', run: 'run-7' }])
})

test('growing answers take no vote, can be stopped, and are not read out', async () => {
  await openView()
  show(ANSWERING)
  await editor.page.getByText('Tides happen because').waitFor()
  await editor.press('1')
  await editor.press('t')
  await editor.press('Escape')
  await expect.poll(asked).toEqual([{ do: 'stop' }])
  expect(await prompt().isDisabled()).toBe(true)
  expect(await editor.page.getByRole('status').first().textContent()).not.toContain('Tides')
  expect(await editor.page.locator('#try-answers [aria-live]').count()).toBe(0)
  show(ANSWERED)
  await editor.announced('Response 2: Tides happen because of the Moon.')
})

test.each([
  ['1', { best: 0 }],
  ['2', { best: 1 }],
  ['t', 'tie'],
  ['b', 'allBad'],
] as const)('the key %s votes, with the prompt still focused before', async (key, vote) => {
  await openView()
  await prompt().focus()
  show(ANSWERING)
  show(ANSWERED)
  await editor.page.getByText('Which response is better?').waitFor()
  await editor.press(key)
  await expect.poll(asked).toEqual([{ do: 'vote', vote }])
})

test('names stand nowhere by the answers before the vote, and are told with it', async () => {
  await openView(trying({ pair: ANSWERED }))
  const answers = editor.page.locator('#try-answers')
  expect(await answers.innerText()).not.toMatch(/SmolLM2|dpo/)
  show(VOTED)
  await answers.getByText('Response 2: SmolLM2-135M-Instruct').waitFor()
  await editor.announced(
    'You preferred 2026-11-26T17-19-04-dpo. Response 1: 2026-11-26T17-19-04-dpo',
  )
})

test('after the vote: kept, undone, asked again, gone on with', async () => {
  await openView(trying({ pair: VOTED }))
  await editor.press('k')
  await editor.press('u')
  await editor.press('r')
  await expect.poll(asked).toEqual([{ do: 'keep' }, { do: 'again' }])
  show({ ...VOTED, kept: 'kept' })
  await editor.page.locator('.decisions').getByText('Kept as a label').waitFor()
  await editor.press('k')
  await editor.press('u')
  await expect.poll(() => asked().slice(2)).toEqual([{ do: 'undoKept' }])
  await editor.press('n')
  await editor.page.keyboard.type('k u r')
  await editor.press('Enter')
  await expect.poll(() => asked().slice(3)).toEqual([{ do: 'send', text: 'k u r' }])
})

test('a kept pair that makes no row says why', async () => {
  const [best, other] = VOTED.answers
  if (!best || !other) throw new Error('The sample has two answers.')
  const answers = [{ ...best, finishReason: 'length' as const }, other]
  await openView(trying({ pair: { ...VOTED, answers } }))
  show({ ...VOTED, answers, kept: 'kept' })
  const said = 'It makes no row of the data set: the preferred response was cut off.'
  await editor.page.locator('.decisions').getByText(said).waitFor()
  await editor.announced(said)
  const whole = [best, { ...other, finishReason: 'length' as const }]
  show({ ...VOTED, answers: whole, kept: 'undone' })
  await editor.page.locator('.decisions').getByText('The label was undone.').waitFor()
  show({ ...VOTED, answers: whole, kept: 'kept' })
  await editor.page.locator('.decisions').getByText('Kept as a label of this').waitFor()
})

test('models and temperature are chosen; what another view labels with does nothing here', async () => {
  await openView()
  await editor.page.getByLabel('First model').selectOption('model-2')
  await editor.page.getByLabel('Second model').selectOption({ label: 'Other…' })
  expect(await editor.page.getByLabel('Second model').inputValue()).toBe('model-1')
  await editor.page.getByLabel('Temperature').fill('0.3')
  await editor.page.getByLabel('Temperature').press('Enter')
  await editor.page.locator('h1').click()
  for (const key of ['1', 't', 'u', 's', 'k']) await editor.press(key)
  await expect.poll(asked).toEqual([
    { do: 'choose', side: 0, model: 'model-2' },
    { do: 'other', side: 1 },
    { do: 'temperature', value: 0.3 },
  ])
  expect(editor.host.annotations()).toEqual([])
})

test('a run that is not built is offered to be built, and nothing is sent before', async () => {
  await openView(trying({ notBuilt: ['model-1'] }))
  await prompt().fill('Hello')
  await prompt().press('Enter')
  await editor.button('Build Model').click()
  await expect.poll(asked).toEqual([{ do: 'build', model: 'model-1' }])
  expect(await prompt().inputValue()).toBe('Hello')
})

test('votes are counted for each model', async () => {
  const tally = { names: ['base', 'run'], wins: [3, 5], ties: 1, allBad: 0, kept: 2 }
  await openView(trying({ pair: VOTED, tally }))
  const list = editor.page.getByRole('list', { name: 'Votes so far' })
  expect((await list.innerText()).replace(/\s+/g, ' ')).toBe('base 3 run 5 ties 1 kept 2')
})

test('in an untrusted workspace nothing can be asked', async () => {
  const host = new FakeHost(curation({ trusted: false, trying: trying() }), tasks(3))
  editor = await open(host)
  await openTry(editor)
  expect(await prompt().isDisabled()).toBe(true)
})
