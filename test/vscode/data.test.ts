// What goes into a curation and comes out of it in the window: the sample, prompts, candidates,
// the data set.
import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { CurationOnDisk, filesIn } from './support/curationOnDisk'
import { labelledCuration } from './support/labelledCuration'
import { Labelling } from './support/labelling'
import { until } from '../support/until'
import { useVSCode } from './support/useVSCode'

const vscodeTest = useVSCode({ settings: { 'aepo.annotator': 'tester' } })
const TREES = { prompts: ['Name a tree.', 'Name a bush.'], annotator: 'tester', annotated: 1 }

vscodeTest('the sample is labelled at once, without a checkout', {}, async (workbench) => {
  await workbench.runCommand('AEPO: Open Sample')
  await workbench.tab('first-labels.aepo.json').waitFor()
  const labelling = new Labelling(workbench.curation())
  await labelling.isShown(1)
  await labelling.waitForCounts({ prompts: 16, candidates: 128, selected: 16, annotated: 0 })
  await workbench.picture('sample')
  await workbench.curation().getByText('imported responses').waitFor({ state: 'attached' }) // in the menu, which is closed
  await labelling.decide('1 Prefer')
  await labelling.waitForCounts({ annotated: 1, pairs: 1 })
  expect(filesIn(workbench.workspace)).toContain(
    'aepo-sample/first-labels.aepo/annotations/tester.jsonl',
  )

  await workbench.runCommand('AEPO: Open Sample')
  await labelling.waitForCounts({ annotated: 1, pairs: 1 })

  const editor = workbench.curation()
  await editor.getByRole('button', { name: 'Edit', exact: true }).click()
  await editor.getByRole('button', { name: '2 Edit this one' }).click()
  const field = editor.getByRole('textbox', { name: 'Your text' })
  await field.fill('')
  await workbench.page.keyboard.type('Better said 1 2 t.')
  await workbench.picture('edit')
  await workbench.page.keyboard.press('Control+Enter')
  await labelling.waitForCounts({ annotated: 2, pairs: 4 })
  const sample = new CurationOnDisk(
    join(workbench.workspace, 'aepo-sample', 'first-labels.aepo.json'),
  )
  expect(sample.annotations('tester').at(-1)).toMatchObject({
    edit: { text: 'Better said 1 2 t.' },
    preference: { kind: 'ranking' },
  })
  const output = join(workbench.workspace, 'aepo-sample', 'first-labels.dpo.jsonl')
  await until('the rows of the edit', () => {
    const rows = readFileSync(output, 'utf8').split('\n')
    return (
      rows.filter((row) =>
        row.includes('"chosen":[{"role":"assistant","content":"Better said 1 2 t."}]'),
      ).length === 2
    )
  })
})

vscodeTest(
  'prompts and candidates are added to a curation, and are labelled',
  {
    files: {
      'responses.jsonl': ['Name a tree.', 'Name a herb.', 'Name a stone.']
        .map((prompt) => ({
          prompt,
          responses: [
            'an oak by the river',
            'moss, and nothing else',
            'three of them',
            'not today',
          ].map((text) => `${prompt} ${text}.`),
        }))
        .map((row) => `${JSON.stringify(row)}\n`)
        .join(''),
      'broken.jsonl':
        '{"prompt": "Name a herb.", "responses": ["Thyme, which likes the sun."]}\n{"prompt": "Na\n',
    },
  },
  async (workbench) => {
    const { quickInput, notifications } = workbench
    await labelledCuration(workbench.workspace, 'plants', {
      prompts: ['Name a bush.'],
      annotator: 'tester',
      annotated: 0,
    })
    await workbench.openFile('plants.aepo.json')
    const labelling = new Labelling(workbench.curation())
    await labelling.waitForCounts({ prompts: 1, candidates: 2 })

    await workbench.runCommand('AEPO: Add Prompts…')
    await quickInput.waitFor('Where do the new prompts come from?')
    await quickInput.pick('Type prompts')
    await quickInput.waitFor('A prompt')
    await quickInput.answer('Name a tree.')
    await quickInput.waitFor('1 so far')
    await quickInput.answer('Name a bush.')
    await quickInput.waitFor('2 so far')
    await quickInput.answer('')
    await notifications.waitFor('1 prompt added. 1 left out: the curation has them already.')
    await labelling.waitForCounts({ prompts: 2 })

    await workbench.runCommand('AEPO: Add Prompts…')
    await quickInput.waitFor('Where do the new prompts come from?')
    await quickInput.pick('From a file')
    await quickInput.waitFor('File of prompts')
    await quickInput.pick('responses.jsonl')
    await notifications.waitFor('2 prompts added. 1 left out')
    await labelling.waitForCounts({ prompts: 4 })

    await workbench.runCommand('AEPO: Import Candidates…')
    await quickInput.waitFor('File with a prompt and its responses')
    await quickInput.pick('responses.jsonl')
    await notifications.press('12 candidates imported.', 'Select')
    await notifications.waitFor('New selections: 3 of 4')
    await labelling.waitForCounts({ candidates: 14, selected: 4 })

    await workbench.runCommand('AEPO: Import Candidates…')
    await quickInput.waitFor('File with a prompt and its responses')
    await quickInput.pick('broken.jsonl')
    const dialog = notifications.dialog()
    await dialog.getByText('Some rows are broken. Leave them out?').waitFor()
    await dialog.getByText('line 2').waitFor()
    await workbench.picture('broken-rows')
    await dialog.getByRole('button', { name: 'Import the Other Row' }).click()
    await notifications.waitFor('1 candidate imported.')
    await labelling.waitForCounts({ candidates: 15 })
    // A notification that was pressed leaves the focus to the next one.
    await workbench
      .curation()
      .getByRole('tab', { name: /^Label/ })
      .click()

    for (const decision of ['1 Prefer', 'Tie', '2 Prefer', 'All bad'] as const)
      await labelling.decide(decision)
    await workbench.runCommand('AEPO: Select Others for Prompts Marked All Bad')
    await labelling.waitForCounts({ selected: 5, annotated: 4 })
    await labelling.decide('1 Prefer')
    await workbench.runCommand('AEPO: Select Another from Each Pool')
    await labelling.waitForCounts({ selected: 7, annotated: 5 })
    await labelling.decide('Tie')
  },
)

vscodeTest('the data set is exported in a format, in parts, to a folder', {}, async (workbench) => {
  const { quickInput, notifications, workspace } = workbench
  const prompts = Array.from({ length: 10 }, (_, i) => `Name a tree, number ${i}.`)
  await labelledCuration(workspace, 'trees', { prompts, annotator: 'tester', annotated: 10 })
  await workbench.openFile('trees.aepo.json')
  await new Labelling(workbench.curation()).waitForCounts({ pairs: 10 })
  await workbench.runCommand('AEPO: Export Data Set…')
  await quickInput.waitFor('Format of the rows')
  await workbench.picture('export')
  await quickInput.pick('KTO')
  await quickInput.waitFor('Which rows?')
  await quickInput.pick('Two files: rows to train on, held-out rows')
  await quickInput.waitFor('Into which folder?')
  await quickInput.pick('Another folder…')
  const folder = join(workspace, 'out')
  mkdirSync(folder)
  await quickInput.choosePath(`${folder}/`)
  await notifications.waitFor(/18 rows written to .* 2 rows written to /)
  const lines = (name: string): number =>
    readFileSync(join(folder, name), 'utf8').trimEnd().split('\n').length
  expect(lines('trees.train.kto.jsonl')).toBe(18)
  expect(lines('trees.held-out.kto.jsonl')).toBe(2)
})

vscodeTest('a data set that is deleted is made again', {}, async (workbench) => {
  const output = join(workbench.workspace, 'trees.dpo.jsonl')
  await labelledCuration(workbench.workspace, 'trees', TREES)
  const rows = readFileSync(output, 'utf8')
  await workbench.openFile('trees.aepo.json')
  const editor = workbench.curation()
  await new Labelling(editor).waitForCounts({ pairs: 1 })
  rmSync(output)
  await editor.getByRole('button', { name: 'More', exact: true }).click()
  await editor.getByRole('button', { name: 'Open Data Set' }).click()
  await workbench.tab('trees.dpo.jsonl').waitFor()
  expect(readFileSync(output, 'utf8')).toBe(rows)
})

vscodeTest(
  'a data folder that is deleted is reported, and all is there again when it is restored',
  {},
  async (workbench) => {
    const { workspace } = workbench
    const { folder } = await labelledCuration(workspace, 'trees', TREES)
    const rows = readFileSync(join(workspace, 'trees.dpo.jsonl'), 'utf8')
    await workbench.openFile('trees.aepo.json')
    const editor = workbench.curation()
    const labelling = new Labelling(editor)
    await labelling.waitForCounts({ candidates: 4, pairs: 1 })
    renameSync(folder, `${workspace}.trash`)
    const failure = editor
      .getByRole('alert')
      .filter({ hasText: 'The data folder trees.aepo does not exist' })
    await failure.waitFor({ timeout: 60_000 })
    await workbench.picture('data-folder-deleted')
    expect(readFileSync(join(workspace, 'trees.dpo.jsonl'), 'utf8')).toBe(rows)
    renameSync(`${workspace}.trash`, folder)
    await failure.waitFor({ state: 'detached', timeout: 60_000 })
    await labelling.waitForCounts({ candidates: 4, pairs: 1 })
  },
)
