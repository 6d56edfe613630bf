// What happens to the files of a curation while its editor is open: renamed, corrected, changed
// while it generates, annotated by others.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { Curation } from '../../src/curation/curation'
import { annotate } from '../../src/curation/labelling/annotate'
import { filesIn } from './support/curationOnDisk'
import { labelledCuration } from './support/labelledCuration'
import { Labelling } from './support/labelling'
import { until } from '../support/until'
import { useVSCode } from './support/useVSCode'

const vscodeTest = useVSCode({ settings: { 'aepo.annotator': 'tester' } })
const prompts = (...texts: string[]): string =>
  texts.map((prompt) => `${JSON.stringify({ prompt })}\n`).join('')
const TREES = {
  prompts: ['Name a tree.', 'Name a bush.', 'Name a herb.'],
  annotator: 'tester',
  annotated: 1,
}

vscodeTest('a curation that is renamed takes its data folder along', {}, async (workbench) => {
  await labelledCuration(workbench.workspace, 'trees', TREES)
  const labelling = new Labelling(workbench.curation())
  await workbench.openFile('trees.aepo.json')
  await labelling.waitForCounts({ annotated: 1, candidates: 6 })
  await workbench.renameInExplorer('trees.aepo.json', 'plants.aepo.json')
  // the explorer has the focus
  await workbench.curation().getByRole('heading', { name: 'plants' }).click()
  await labelling.waitForCounts({ annotated: 1, candidates: 6 })
  await labelling.decide('1 Prefer')
  await labelling.waitForCounts({ annotated: 2, pairs: 2 })
  const files = filesIn(workbench.workspace)
  expect(files.filter((file) => file.startsWith('trees.aepo'))).toEqual([])
  expect(files).toContain('plants.aepo/annotations/tester.jsonl')
  const dataSet = (name: string): string => join(workbench.workspace, `${name}.dpo.jsonl`)
  const rows = (): number => readFileSync(dataSet('trees'), 'utf8').trimEnd().split('\n').length
  await until('both rows', () => rows() === 2)

  // The curation file names its data set: the user is asked whether that is renamed as well.
  await workbench.notifications.press(
    'plants.aepo.json still writes its data set to trees.dpo.jsonl.',
    'Rename Data Set',
  )
  await until('the new name', () => existsSync(dataSet('plants')))
  expect(existsSync(dataSet('trees'))).toBe(false)
  expect(
    JSON.parse(readFileSync(join(workbench.workspace, 'plants.aepo.json'), 'utf8')),
  ).toMatchObject({ output: 'plants.dpo.jsonl' })
  await labelling.waitForCounts({ annotated: 2, pairs: 2 })
})

vscodeTest(
  'prompts that are broken can be opened from the editor, and corrected they are followed',
  {
    files: {
      'p.jsonl': `${prompts('a')}{"prompt": \n`,
      'c.aepo.json': '{ "version": 1, "prompts": "p.jsonl" }\n',
    },
  },
  async (workbench) => {
    await workbench.openFile('c.aepo.json')
    const editor = workbench.curation()
    await editor
      .getByText(/p\.jsonl:2/)
      .first()
      .waitFor()
    await editor.getByRole('button', { name: 'Open Prompts' }).first().click()
    await workbench.tab('p.jsonl').waitFor()
    writeFileSync(join(workbench.workspace, 'p.jsonl'), prompts('a', 'b'))
    await workbench.tab('c.aepo.json').click()
    await new Labelling(editor).waitForCounts({ prompts: 2, candidates: 0 })
  },
)

vscodeTest(
  'a file that is saved while candidates are generated is followed, and generation goes on',
  {
    files: {
      'p.jsonl': prompts('Name a river.', 'Name a city.'),
      'c.aepo.json': '{ "version": 1, "prompts": "p.jsonl", "sampling": { "n": 2000 } }\n',
    },
  },
  async (workbench) => {
    const labelling = new Labelling(workbench.curation())
    await workbench.openFile('c.aepo.json')
    await labelling.waitForCounts({ prompts: 2, candidates: 0 })
    await workbench.runCommand('AEPO: Generate Candidates')
    const work = workbench.curation().getByRole('region', { name: 'Running work' })
    await work.getByText('Sampling from').waitFor()
    writeFileSync(
      join(workbench.workspace, 'p.jsonl'),
      prompts('Name a river.', 'Name a city.', 'Name a tree.'),
    )
    await labelling.waitForCounts({ prompts: 3 })
    await work.getByText('Sampling from').waitFor()
    // A click on the status bar shows the curation that is worked on, and stops nothing.
    await workbench.runCommand('File: New Untitled Text File')
    await workbench.statusItem(/AEPO \d+\/\d+/).click()
    await work.getByText('Sampling from').waitFor()
    await work.getByRole('button', { name: 'Stop' }).click()
    await work.waitFor({ state: 'detached' })
  },
)

vscodeTest(
  'what is typed after another tab was shown goes to the note that is open',
  {},
  async (workbench) => {
    const curation = await labelledCuration(workbench.workspace, 'trees', TREES)
    await workbench.openFile('trees.jsonl')
    await workbench.openFile('trees.aepo.json')
    const editor = workbench.curation()
    const labelled = curation.annotations(TREES.annotator)
    await editor.getByRole('button', { name: 'Note', exact: true }).click()
    const note = editor.getByRole('textbox', { name: 'Note' })
    await note.click()
    await workbench.page.keyboard.type('Response 1 is')
    await workbench.tab('trees.jsonl').click()
    await workbench.page.locator('.monaco-editor.focused').waitFor()
    await workbench.tab('trees.aepo.json').click()
    await until('the editor to have the focus', () =>
      editor.locator('body').evaluate(() => document.hasFocus()),
    )
    await workbench.page.keyboard.type(' the best')
    await until(
      'the whole note',
      async () => (await note.inputValue()) === 'Response 1 is the best',
    )
    expect(curation.annotations(TREES.annotator)).toEqual(labelled)
  },
)

vscodeTest(
  'what others decide is taken in, and a failure that is over can be dismissed',
  { provokes: [/There is no preference yet/] },
  async (workbench) => {
    const { file } = await labelledCuration(workbench.workspace, 'trees', {
      ...TREES,
      annotated: 0,
    })
    await workbench.openFile('trees.aepo.json')
    const editor = workbench.curation()
    const labelling = new Labelling(editor)
    await labelling.waitForCounts({ annotated: 0 })
    await editor.getByRole('button', { name: 'All 2 candidates' }).click()
    await until(
      'the whole pool',
      async () =>
        (await editor
          .getByRole('region', { name: 'Candidates of this prompt' })
          .getByRole('listitem')
          .count()) === 2,
    )
    await workbench.runCommand('AEPO: Export Data Set…')
    const failure = editor.getByRole('alert').filter({ hasText: 'There is no preference yet' })
    await failure.getByRole('button', { name: 'Dismiss' }).click()
    await failure.waitFor({ state: 'detached' })

    const other = await Curation.open(file, {
      annotator: 'other',
      onMessage: () => undefined,
      now: () => new Date(),
    })
    const [selection] = other.round.selections()
    const order = selection?.candidateIds ?? []
    await annotate(other, {
      selectionId: selection?.id ?? '',
      preference: { kind: 'ranking', tiers: order.map((id) => [id]) },
      milliseconds: 1,
      shownOrder: order,
      note: '',
    })
    await labelling.waitForCounts({ annotated: 0, pairs: 1 })
  },
)
