// The form before a training run: what its controls ask the host for, and what it shows of it.
import { expect, test } from 'vitest'
import type { TrainingForm, TrainingFormAction } from '../../src/shared/trainingForm'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, run, tasks } from './harness/samples'
import { useEditors } from './harness/suite'
import { THEME_KINDS } from './harness/themes'
import { trainingForm } from './harness/trainingForms'

const open = useEditors()
let editor: Editor

async function openForm(form = trainingForm()): Promise<void> {
  editor = await open(new FakeHost(curation({ counts: { pairs: 14 } }), tasks(16)))
  editor.host.tell({ training: form })
  await editor.page.getByRole('region', { name: 'New training run' }).waitFor()
}

const asked = (): TrainingFormAction[] =>
  editor.host
    .actions()
    .flatMap((action) =>
      typeof action === 'object' && 'trainingForm' in action ? [action.trainingForm] : [],
    )

test('where there are rounds, those whose labels are trained on are chosen', async () => {
  const rounds = [1, 2].map((number) => ({ number, isChosen: true }))
  editor = await open(new FakeHost(curation({ training: trainingForm({}, { rounds }) }), tasks(1)))
  await editor.page.getByRole('tab', { name: 'Runs' }).click()
  await editor.page.getByRole('button', { name: 'Round 2', pressed: true }).click()
  await expect
    .poll(() => editor.host.actions())
    .toEqual([{ trainingForm: { do: 'round', round: 2, isChosen: false } }])
})

test.each(['high-contrast', 'high-contrast-light'] as const)(
  'a chosen round is framed twice in %s, where every button has a frame',
  async (kind) => {
    const rounds = [1, 2].map((number) => ({ number, isChosen: number === 2 }))
    const host = new FakeHost(curation({ training: trainingForm({}, { rounds }) }), tasks(1))
    editor = await open(host, { theme: THEME_KINDS[kind] })
    await editor.page.getByRole('tab', { name: 'Runs' }).click()
    const shadow = (round: string): Promise<string> =>
      editor.button(round).evaluate((element) => getComputedStyle(element).boxShadow)
    expect(await shadow('Round 1')).toBe('none')
    expect(await shadow('Round 2')).toContain('inset')
  },
)

test('appears where the runs are, with the plan of the run', async () => {
  await openForm()
  const { page } = editor
  expect(await page.getByRole('tab', { name: 'Runs' }).getAttribute('aria-selected')).toBe('true')
  await page.getByText('14 pairs, 56 steps').waitFor()
  await page.getByLabel('Model').selectOption('models/tiny')
  await page.getByRole('button', { name: 'Quick check' }).click()
  await page.getByLabel('learningRate', { exact: true }).fill('0.01')
  await page.getByLabel('learningRate', { exact: true }).press('Enter')
  await page.getByText('Adapter', { exact: true }).click()
  await page.getByLabel('lora', { exact: true }).uncheck()
  await page.getByLabel('cutOff', { exact: true }).selectOption('keep')
  await page.getByRole('button', { name: 'Start Run' }).click()
  await expect
    .poll(asked)
    .toEqual([
      { do: 'model', model: 'models/tiny' },
      { do: 'preset', preset: 'quick' },
      { do: 'set', key: 'learningRate', value: '0.01' },
      { do: 'set', key: 'lora', value: 'false' },
      { do: 'set', key: 'cutOff', value: 'keep' },
      { do: 'start' },
    ] satisfies TrainingFormAction[])
})

test('the run to continue from is chosen by its name', async () => {
  const earlier = run({ id: '2025-03-14-dpo', title: 'DPO on A', state: 'finished' })
  const training = trainingForm({}, {}, [earlier.id])
  editor = await open(new FakeHost(curation({ training, runs: [earlier] }), tasks(1)))
  await editor.page.getByRole('tab', { name: /^Runs/ }).click()
  const previous = editor.page.getByLabel('previous', { exact: true })
  const offered = await previous.locator('option').allInnerTexts()
  expect(offered.map((text) => text.trim())).toEqual([
    'None',
    expect.stringMatching(/^DPO on A, \d/),
  ])
  await previous.selectOption({ index: 1 })
  await expect.poll(asked).toEqual([{ do: 'set', key: 'previous', value: earlier.id }])
})

test('a file is chosen in a dialog of the host; what it says, or why it cannot be read, stands below', async () => {
  const noted = (text: string, isProblem: boolean): TrainingForm => {
    const form = trainingForm({ accelerateConfig: '/a.yaml' })
    const note = { text, isProblem }
    const groups = form.groups.map(({ fields, ...group }) => ({
      ...group,
      fields: fields.map((one) => (one.kind === 'file' ? { ...one, value: 'a.yaml', note } : one)),
    }))
    return { ...form, groups }
  }
  await openForm(noted('4 processes · FSDP, version 2', false))
  const file = editor.page.getByLabel('accelerateConfig', { exact: true })
  await editor.page.locator('details', { has: file }).locator('summary').click()
  expect(await file.inputValue()).toBe('a.yaml')
  await editor.page.getByText('4 processes · FSDP, version 2').waitFor()
  const described = (await file.getAttribute('aria-describedby')) ?? ''
  expect(described.split(' ')).toContain('note-accelerateConfig')
  await editor.button('Choose…').click()
  await expect.poll(asked).toEqual([{ do: 'chooseFile', key: 'accelerateConfig' }])
  editor.host.tell({ training: noted('There is no such file here.', true) })
  await editor.page.locator('.problem', { hasText: 'There is no such file here.' }).waitFor()
})

test('keys that label are text in its fields', async () => {
  await openForm()
  const seed = editor.page.getByLabel('seed', { exact: true })
  await editor.page.locator('details', { has: seed }).locator('summary').click()
  await seed.fill('')
  await editor.page.keyboard.type('12')
  await editor.page.keyboard.press('Tab')
  await expect.poll(asked).toEqual([{ do: 'set', key: 'seed', value: '12' }])
  expect(editor.host.annotations()).toEqual([])
})

test('a value that was changed is marked, and can be reset', async () => {
  await openForm(trainingForm({ maxSteps: '7' }))
  expect(await editor.page.getByLabel('maxSteps', { exact: true }).inputValue()).toBe('7')
  await editor.button('Reset maxSteps to its default').click()
  await expect.poll(asked).toEqual([{ do: 'set', key: 'maxSteps', value: null }])
  editor.host.tell({ training: trainingForm() })
  await expect.poll(() => editor.page.getByLabel('maxSteps', { exact: true }).inputValue()).toBe('')
})

test('a wrong value is said, and nothing can be started', async () => {
  await openForm(trainingForm({}, { plan: '', problem: 'epochs must be greater than 0.' }))
  await editor.page.getByText('epochs must be greater than 0.').waitFor()
  await expect.poll(() => editor.button('Start Run').isDisabled()).toBe(true)
})

test('while the run is prepared nothing can be changed', async () => {
  await openForm(trainingForm({}, { isPreparing: true }))
  await editor.page.getByText('Preparing the run…').waitFor()
  await expect.poll(() => editor.button('Start Run').isDisabled()).toBe(true)
  expect(await editor.page.getByLabel('beta', { exact: true }).isDisabled()).toBe(true)
})

test('a finding leads to its prompts', async () => {
  const findings: TrainingForm['findings'] = [
    { message: 'Rows that hold an e-mail address: 1.', positions: [6] },
  ]
  await openForm(trainingForm({}, { findings }))
  await editor.page.getByRole('button', { name: 'Prompt 7' }).click()
  await editor.page.getByRole('heading', { name: 'Prompt 7 of' }).waitFor()
})

test('goes when the run has started', async () => {
  await openForm()
  editor.host.tell({ training: null })
  await editor.page.getByRole('region', { name: 'New training run' }).waitFor({ state: 'detached' })
})
