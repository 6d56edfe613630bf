// Failures on the screen: what went wrong, where, the way on, and that nothing typed or shown is
// lost.
import { describe, expect, test } from 'vitest'
import { ANNOTATOR_SETTING, type EditorAction } from '../../src/shared/editorProtocol'
import { type Failure, FAILURE_CODES } from '../../src/shared/errors'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, tasks } from './harness/samples'
import { useEditors } from './harness/suite'

const DISK_FULL: Failure = {
  code: 'disk-full',
  message: 'The disk is full.',
  where: 'annotations/ada.jsonl',
  remedy: 'Free some space; what was written is kept.',
}

const open = useEditors()
let editor: Editor

describe('an annotation that cannot be written', () => {
  test('says so, keeps task and note, and is saved at the second try', async () => {
    editor = await open(new FakeHost(curation(), tasks(3)))
    await editor.press('n')
    await editor.page.keyboard.type('worth keeping')
    await editor.press('Escape')
    editor.host.failNext('annotate', DISK_FULL)
    await editor.press('2')
    const alert = editor.page.getByRole('alert')
    await alert.getByText('The label was not saved. The disk is full.').waitFor()
    await alert.getByText('annotations/ada.jsonl').waitFor()
    await alert.getByText('Free some space; what was written is kept.').waitFor()
    await editor.page.getByRole('heading', { name: 'Prompt 1 of' }).waitFor()
    await editor.page.getByText('worth keeping').waitFor()
    await editor.button('Try Again').click()
    await editor.page.getByRole('heading', { name: 'Prompt 2 of' }).waitFor()
    expect(await alert.count()).toBe(0)
    expect(editor.host.annotations()[1]).toEqual({
      ...editor.host.annotations()[0],
      milliseconds: editor.host.annotations()[1]?.milliseconds,
    })
    expect(editor.host.annotations()[1]?.note).toBe('worth keeping')
  })

  test('leaves the person free to decide otherwise', async () => {
    editor = await open(new FakeHost(curation(), tasks(3)))
    editor.host.failNext('annotate', DISK_FULL)
    await editor.press('2')
    await editor.button('Dismiss').click()
    await editor.page.getByRole('alert').waitFor({ state: 'detached' })
    await editor.press('t')
    await editor.page.getByRole('heading', { name: 'Prompt 2 of' }).waitFor()
    expect(editor.host.annotations().map(({ preference }) => preference.kind)).toEqual([
      'ranking',
      'tie',
    ])
  })
})

test('an action whose failure then stands in the way is told once', async () => {
  editor = await open(new FakeHost(curation({ counts: { candidates: 0, selected: 0 } }), []))
  const failure: Failure = {
    code: 'model-incomplete',
    message: 'The model has no tokenizer.',
    where: 'model.onnx',
  }
  editor.host.failNext('act', failure)
  await editor.button('Generate Candidates').click()
  await editor.page.getByRole('alert').getByText('That did not work.').waitFor()
  editor.host.tell({ obstacle: { failure, isPast: false } })
  await editor.page.getByText('That did not work.').waitFor({ state: 'detached' })
  expect(await editor.page.getByRole('alert').count()).toBe(1)
})

test('a failed step back shows why and stays', async () => {
  editor = await open(new FakeHost(curation({ counts: { annotated: 1 } }), tasks(3)))
  editor.host.failNext('undo', { code: 'busy', message: 'Another window is writing.' })
  await editor.press('u')
  await editor.page.getByRole('alert').getByText('Another window is writing.').waitFor()
  await editor.page.getByRole('heading', { name: 'Prompt 1 of' }).waitFor()
})

test('an editor whose first question fails can ask again', async () => {
  const host = new FakeHost(curation(), tasks(3))
  host.failNext('ready', { code: 'internal', message: 'Not yet.' })
  editor = await open(host)
  await editor.button('Try Again').click()
  await editor.page.getByRole('heading', { name: 'Prompt 1 of' }).waitFor()
})

test('an action that the person cancelled is no failure', async () => {
  const host = new FakeHost(curation(), tasks(3))
  host.failNext('act', { code: 'cancelled', message: 'Cancelled.' })
  editor = await open(host)
  await editor.button('More').click()
  await editor.button('Show Log').click()
  await editor.settle()
  expect(await editor.page.getByRole('alert').count()).toBe(0)
})

describe('what stands in the way of the curation', () => {
  const WAYS: { failure: Failure; button: string; action: EditorAction }[] = [
    {
      failure: {
        code: 'bad-input',
        message: 'Unknown key "lamda".',
        where: 'helpful.aepo.json',
        line: 7,
        column: 20,
        remedy: 'Did you mean "lambda"?',
      },
      button: 'Open as Text',
      action: 'openText',
    },
    {
      failure: { code: 'bad-input', message: 'Not JSON.', where: 'prompts.jsonl', line: 7 },
      button: 'Open Prompts',
      action: 'openPrompts',
    },
    {
      failure: { code: 'engine-died', message: 'The engine stopped.' },
      button: 'Generate the Rest',
      action: 'generate',
    },
    { failure: { code: 'internal', message: 'Odd.' }, button: 'Show Log', action: 'showLog' },
  ]
  test.each(WAYS)(
    '$failure.code in $failure.where leads to $action',
    async ({ failure, button, action }) => {
      editor = await open(new FakeHost(curation({ obstacle: { failure, isPast: false } }), []))
      const alert = editor.page.getByRole('alert')
      await alert.getByText(failure.message).waitFor()
      if (failure.line !== undefined)
        await alert
          .getByText(
            [failure.where, failure.line, failure.column]
              .filter((part) => part !== undefined)
              .join(':'),
          )
          .waitFor()
      await alert.getByRole('button', { name: button, exact: true }).click()
      await expect.poll(() => editor.host.actions()).toEqual([action])
    },
  )

  test('every kind of failure offers a way on', async () => {
    editor = await open(new FakeHost(curation(), []))
    for (const code of FAILURE_CODES) {
      editor.host.tell({ obstacle: { failure: { code, message: `Case ${code}.` }, isPast: false } })
      const alert = editor.page.getByRole('alert').filter({ hasText: `Case ${code}.` })
      await alert.getByRole('button').first().waitFor()
    }
  })
})

test('without trust nothing is offered but trust, and labelling goes on', async () => {
  editor = await open(
    new FakeHost(curation({ trusted: false, counts: { candidates: 64, annotated: 80 } }), tasks(2)),
  )
  await editor.page.getByText('This workspace is not trusted').waitFor()
  for (const name of ['Generate Candidates', 'Generate the Rest', 'Start Training Run…'])
    expect(await editor.button(name).count()).toBe(0)
  await editor.button('Manage Workspace Trust').click()
  await expect.poll(() => editor.host.actions()).toEqual(['trust'])
  await editor.press('1')
  await editor.page.getByRole('heading', { name: 'Prompt 2 of' }).waitFor()
})

test('prompts that were left out are named, and can be tried again', async () => {
  const first = [{ line: 3, excerpt: 'Tell me how', reason: 'The server refuses it: filtered.' }]
  const leftOut = { prompts: 1, first, key: 'left-out 2' }
  editor = await open(new FakeHost(curation({ leftOut }), tasks(3)))
  const note = editor.page.getByRole('note')
  await note.getByText('1 prompt was left out').waitFor()
  await note.getByText('Line 3, “Tell me how”: The server refuses it: filtered.').waitFor()
  await editor.button('Try Again').click()
  await editor.settle()
  expect(editor.host.actions()).toEqual(['retryLeftOut'])
})

test('records of prompts that the file no longer has are counted, and can be kept', async () => {
  const orphans = { prompts: 2, candidates: 16, annotations: 3 }
  editor = await open(new FakeHost(curation({ counts: { orphans } }), tasks(3)))
  const note = editor.page.getByRole('note')
  await note.getByText('2 prompts are no longer in the file of prompts.').waitFor()
  await note.getByText('candidates: 16, labels: 3').waitFor()
  await editor.button('Keep Labels…').click()
  await editor.settle()
  expect(editor.host.actions()).toEqual(['keepLabels'])
  await editor.button('Dismiss').click()
  await expect.poll(() => note.count()).toBe(0)
})

describe('candidates from earlier settings', () => {
  const earlier = { candidates: 24, settings: ['maxNewTokens', 'temperature'], key: 'now' }

  test('are reported, and can be sampled again', async () => {
    editor = await open(new FakeHost(curation({ earlier }), tasks(3)))
    await editor.page
      .getByRole('note')
      .getByText('24 candidates come from earlier settings.')
      .waitFor()
    await editor.page.getByText('Changed since: maxNewTokens, temperature.').waitFor()
    await editor.picture('earlier-settings')
    await editor.button('Sample Again…').click()
    await editor.settle()
    expect(editor.host.actions()).toEqual(['sampleAgain'])
  })

  test('are kept when the person says so, until the settings change again', async () => {
    editor = await open(new FakeHost(curation({ earlier }), tasks(3)))
    const note = editor.page.getByRole('note')
    await editor.button('Keep').click()
    await note.waitFor({ state: 'detached' })
    await editor.page.reload()
    await editor.page.getByRole('heading', { name: 'Prompt 1 of' }).waitFor()
    expect(await note.count()).toBe(0)
    editor.host.tell({ earlier: { ...earlier, candidates: 1, settings: ['model'], key: 'later' } })
    await note.getByText('1 candidate comes from earlier settings.').waitFor()
  })
})

test('selections from earlier settings are reported, can be made again, or kept', async () => {
  const earlierSelections = { selections: 12, awaiting: 0, settings: ['k', 'lambda'], key: 'now' }
  editor = await open(new FakeHost(curation({ earlierSelections }), tasks(3)))
  const note = editor.page.getByRole('note')
  await note.getByText('12 selections come from earlier settings.').waitFor()
  await note.getByText('Changed since: k, lambda.').waitFor()
  await editor.button('Select Again').click()
  await expect.poll(() => editor.host.actions()).toEqual(['selectAgain'])
  await editor.button('Keep').click()
  await note.waitFor({ state: 'detached' })
})

test('pools without a selection are reported, alone and beside earlier selections', async () => {
  const awaited = { selections: 0, awaiting: 1, settings: [], key: 'now' }
  editor = await open(new FakeHost(curation({ earlierSelections: awaited }), tasks(3)))
  const note = editor.page.getByRole('note')
  await note.getByText('1 prompt has its candidates and no selection.').waitFor()
  await editor.button('Select').click()
  await expect.poll(() => editor.host.actions()).toEqual(['selectAgain'])
  const both = { selections: 2, awaiting: 3, settings: ['method'], key: 'both' }
  editor.host.tell({ earlierSelections: both })
  await note.getByText('3 prompts have their candidates and no selection.').waitFor()
  await editor.button('Select Again').waitFor()
})

test('where all candidates are there and nothing is selected, the selection is the next step', async () => {
  const awaited = { selections: 0, awaiting: 80, settings: [], key: 'now' }
  const state = { counts: { selected: 0 }, earlierSelections: awaited }
  editor = await open(new FakeHost(curation(state), []))
  await editor.page.getByRole('heading', { name: 'From prompts to preferences' }).waitFor()
  await editor.page.getByText('2,560 candidates', { exact: true }).first().waitFor()
  expect(await editor.page.getByRole('note').count()).toBe(0)
  await editor.button('Select Responses').click()
  await expect.poll(() => editor.host.actions()).toEqual(['selectAgain'])
})

test.each([
  { startsAnew: false, button: 'Open Data Set', action: 'openOutput' },
  { startsAnew: true, button: 'Start Anew', action: 'generate' },
])(
  'a data folder that is gone is no beginning: "$button" in place of Generate',
  async ({ startsAnew, button, action }) => {
    const state = { file: { lost: { startsAnew } }, counts: { candidates: 0, selected: 0 } }
    editor = await open(new FakeHost(curation(state), []))
    await editor.page.getByRole('heading', { name: 'The data folder is missing' }).waitFor()
    expect(await editor.button('Generate Candidates').count()).toBe(0)
    await editor.button(button).click()
    await expect.poll(() => editor.host.actions()).toEqual([action])
  },
)

test('an annotator with the name of a judge leads to the setting', async () => {
  editor = await open(new FakeHost(curation(), tasks(1)))
  const message = '“judge:strict” is the name of a judge.'
  editor.host.break({ code: 'bad-input', message, where: ANNOTATOR_SETTING })
  await editor.page.getByRole('alert').getByText(message).waitFor()
  await editor.button('Open Setting').click()
  await expect.poll(() => editor.host.actions()).toEqual(['openAnnotatorSetting'])
})
