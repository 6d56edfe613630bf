// Notes: written without labelling, saved with the decision, or at once where that was made before.
import { describe, expect, test } from 'vitest'
import type { Task } from '../../src/shared/curationViews'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, task, tasks } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
let editor: Editor

async function openTasks(all = tasks(4)): Promise<void> {
  editor = await open(new FakeHost(curation({ counts: { selected: all.length } }), all))
}

describe('a note', () => {
  test('is written without labelling, and goes with the decision', async () => {
    await openTasks()
    await editor.press('n')
    await editor.page.keyboard.type('1 tbsu? both near 0')
    await editor.press('ArrowLeft')
    expect(await editor.page.getByRole('textbox', { name: 'Note' }).inputValue()).toBe(
      '1 tbsu? both near 0',
    )
    await editor.press('Escape')
    await editor.page.getByText('1 tbsu? both near 0').waitFor()
    expect(editor.host.asked.map(({ method }) => method)).toEqual(['ready'])
    await editor.press('2')
    await editor.announced('Prompt 2 of 4')
    expect(editor.host.annotations()).toMatchObject([{ note: '1 tbsu? both near 0' }])
    expect(await editor.page.getByText('1 tbsu?').count()).toBe(0)
  })

  test('has undo and redo of its own, kept from VS Code', async () => {
    await openTasks()
    await editor.press('n')
    await editor.page.evaluate(() =>
      addEventListener('keydown', (event) => (document.body.dataset['reached'] = event.key)),
    )
    await editor.page.keyboard.type('gone')
    await editor.press('Control+z')
    const field = editor.page.getByRole('textbox', { name: 'Note' })
    expect(await field.inputValue()).toBe('')
    await editor.press('Control+Shift+z')
    expect(await field.inputValue()).toBe('gone')
    expect(await editor.page.evaluate(() => document.body.dataset['reached'])).not.toMatch(/z/i)
    expect(editor.host.asked.map(({ method }) => method)).toEqual(['ready'])
  })

  test('waits for the decision, and does not look as if it were saved before', async () => {
    await openTasks()
    await editor.press('n')
    await editor.page.keyboard.type('hm')
    await editor.button('Close Note').click()
    await editor.page
      .getByRole('region', { name: 'Note' })
      .getByText('Saved with the label')
      .waitFor()
    expect(editor.host.annotations()).toEqual([])
  })

  test('gets the focus again by its key, and is closed by its button', async () => {
    await openTasks()
    const field = editor.page.getByRole('textbox', { name: 'Note' })
    await editor.button('Note').click()
    await editor.page.keyboard.type('one')
    await editor.page.getByRole('article', { name: 'Response 1' }).click()
    await editor.press('n')
    await editor.page.keyboard.type(' two')
    expect(await field.inputValue()).toBe('one two')
    await expect.poll(() => editor.button('Note').getAttribute('aria-pressed')).toBe('true')
    await editor.button('Note').click()
    await field.waitFor({ state: 'detached' })
    await editor.page.getByText('one two').waitFor()
  })

  describe('on a decided selection', () => {
    const decided = (): Task[] => [
      task(0, { preference: { kind: 'tie' }, milliseconds: 4321, note: 'old', total: 3 }),
      task(1, { total: 3 }),
      task(2, { total: 3 }),
    ]
    const written = {
      selectionId: 'selection-1',
      preference: { kind: 'tie' },
      milliseconds: 4321,
      note: 'close call',
    }

    async function openNote(note: string): Promise<void> {
      await openTasks(decided())
      await editor.press('ArrowLeft')
      await editor.announced('Prompt 1 of 3')
      await editor.press('n')
      await editor.page.getByRole('textbox', { name: 'Note' }).fill(note)
    }

    test.each(['Escape', 'Save Note', 'Note'])(
      'is saved at once by %s: the decision, its time and the place stay',
      async (way) => {
        await openNote('close call')
        if (way === 'Escape') await editor.press(way)
        else await editor.button(way).click()
        await editor.announced('Note saved. Prompt 1 of 3 Labelled: tie.')
        await editor.page.getByText('close call').waitFor()
        expect(await editor.page.getByText('Not saved yet').count()).toBe(0)
        expect(editor.host.annotations()).toMatchObject([written])
      },
    )

    test('is saved by moving on', async () => {
      await openNote('close call')
      await editor.button('Next').click()
      await editor.announced('Prompt 2 of 3')
      expect(editor.host.annotations()).toMatchObject([written])
      await editor.press('ArrowLeft')
      await editor.page.getByText('close call').waitFor()
      expect(editor.host.annotations()).toHaveLength(1)
    })

    test('is not written again where it did not change', async () => {
      await openNote('old')
      await editor.press('Escape')
      await editor.press('ArrowRight')
      await editor.announced('Prompt 2 of 3')
      expect(editor.host.annotations()).toEqual([])
    })

    test('that could not be saved says so, and is saved at the second try', async () => {
      await openNote('close call')
      editor.host.failNext('annotate', { code: 'disk-full', message: 'The disk is full.' })
      await editor.press('Escape')
      await editor.page
        .getByRole('alert')
        .getByText('The note was not saved. The disk is full.')
        .waitFor()
      await editor.page.getByRole('region', { name: 'Note' }).getByText('Not saved yet').waitFor()
      await editor.page.reload()
      await editor.page.getByRole('region', { name: 'Note' }).getByText('Not saved yet').waitFor()
      await editor.press('n')
      await editor.press('Escape')
      await editor.announced('Note saved.')
      expect(editor.host.annotations().at(-1)).toMatchObject(written)
    })
  })
})
