// A response that is being rewritten, and one that was.
import type { Appearance } from './appearances'
import type { Editor } from './editor'
import { curation, task, tasks } from './samples'

const view = curation({ counts: { annotated: 33, pairs: 30 } })

const EDITED = task(0, {
  preference: {
    kind: 'ranking',
    tiers: [['candidate-1-2'], ['candidate-1-1']],
  },
  edit: {
    candidateId: 'candidate-1-2',
    text: 'Hi,\n\nI wrote the report. Could you tell me by Thursday **whether the conclusions are clear**?\n\nThanks',
  },
})

export const EDIT_APPEARANCES: readonly Appearance[] = [
  { name: 'edit-choosing', view, tasks: tasks(8), reach: beginEdit },
  { name: 'edit-writing', view, tasks: tasks(8), reach: write },
  { name: 'edit-unsaved', view, tasks: tasks(8), reach: leave },
  { name: 'edited', view, tasks: [EDITED, task(1)], reach: showEdited },
]

async function beginEdit(editor: Editor): Promise<void> {
  await editor.press('e')
  await editor.button('2 Edit this one').waitFor()
}

async function write(editor: Editor): Promise<void> {
  await beginEdit(editor)
  await editor.press('2')
  await editor.page.getByRole('textbox', { name: 'Your text' }).waitFor()
}

async function leave(editor: Editor): Promise<void> {
  await write(editor)
  await editor.page.keyboard.type('Another line.')
  await editor.press('Escape')
  await editor.page.getByText('edit not saved').waitFor()
}

async function showEdited(editor: Editor): Promise<void> {
  await editor.press('Home')
  await editor.page.getByText('As sampled').click()
}
