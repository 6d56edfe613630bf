// What goes wrong in a real VS Code: broken files, an engine that is killed, prompts from
// elsewhere.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { CurationOnDisk, filesIn } from './support/curationOnDisk'
import { labelledCuration } from './support/labelledCuration'
import { Labelling } from './support/labelling'
import { processesOf } from './support/server'
import { until } from '../support/until'
import { useVSCode } from './support/useVSCode'

const vscodeTest = useVSCode({ settings: { 'aepo.annotator': 'tester' } })
const prompts = (...texts: string[]): string =>
  texts.map((prompt) => `${JSON.stringify({ prompt })}\n`).join('')

vscodeTest(
  'a broken curation file is a problem with its place, and works again once corrected',
  {
    files: {
      'p.jsonl': prompts('a'),
      'c.aepo.json': '{\n  "version": 1,\n  "prompts": "p.jsonl",\n  "smapling": {}\n}\n',
    },
  },
  async (workbench) => {
    await workbench.openFile('c.aepo.json')
    const editor = workbench.curation()
    await editor
      .getByText(/smapling/)
      .first()
      .waitFor()
    await workbench.picture('broken-file')
    const problems = await workbench.problems()
    await problems
      .filter({ hasText: /smapling.*Valid keys/ })
      .first()
      .waitFor()
    await problems.filter({ hasText: '[Ln 4, Col 3]' }).first().waitFor()
    writeFileSync(
      join(workbench.workspace, 'c.aepo.json'),
      '{ "version": 1, "prompts": "p.jsonl" }\n',
    )
    await new Labelling(editor).waitForCounts({ prompts: 1, candidates: 0 })
    await until(
      'the problem to go',
      async () => (await problems.filter({ hasText: /smapling/ }).count()) === 0,
    )
  },
)

vscodeTest(
  'an engine that is killed is said so, and generation goes on where it stopped',
  {
    files: {
      'p.jsonl': prompts('Name a river.', 'Name a city.', 'Name a tree.'),
      'c.aepo.json':
        '{ "version": 1, "prompts": "p.jsonl", "sampling": { "n": 6, "maxNewTokens": 40 } }\n',
    },
    provokes: [/engine process ended by signal SIGKILL/],
  },
  async (workbench, vscode) => {
    const curation = new CurationOnDisk(join(workbench.workspace, 'c.aepo.json'))
    const labelling = new Labelling(workbench.curation())
    await workbench.openFile('c.aepo.json')
    await labelling.waitForCounts({ prompts: 3, candidates: 0 })
    await workbench.runCommand('AEPO: Generate Candidates')
    await until(
      'the first candidate on disk',
      () => {
        try {
          return curation.candidates().candidates.length > 0
        } catch {
          return false
        }
      },
      120_000,
    )
    const engines = processesOf(vscode.folder).filter(({ command }) =>
      command.includes('engine.js'),
    )
    expect(engines).toHaveLength(1)
    for (const { pid } of engines) process.kill(pid, 'SIGKILL')
    await workbench
      .curation()
      .getByText(/engine process ended by signal SIGKILL/)
      .first()
      .waitFor()
    await workbench.picture('engine-died')
    const before = curation.candidates().candidates
    expect(before.length).toBeLessThan(18)

    await workbench.runCommand('AEPO: Generate Candidates')
    await labelling.waitForCounts({ candidates: 18, selected: 3 })
    const { candidates } = curation.candidates()
    expect(candidates.slice(0, before.length)).toEqual(before)
    expect(new Set(candidates.map(({ id }) => id)).size).toBe(18)
  },
)

vscodeTest(
  'prompts are imported from a table, duplicates reported',
  { files: { 'table.csv': 'question,topic\n"What is ""rain""?",weather\nWhy?,x\nWhy?,y\n' } },
  async (workbench) => {
    const { quickInput } = workbench
    await workbench.runCommand('AEPO: Import Prompts…')
    await quickInput.waitFor('File of prompts')
    await quickInput.pick('table.csv')
    await quickInput.waitFor('Which field holds the prompt?')
    await quickInput.pick('question')
    const target = join(workbench.workspace, 'asked.jsonl')
    await quickInput.choosePath(target)
    await workbench.notifications.waitFor('2 prompts imported. 1 duplicate was left out.')
    expect(readFileSync(target, 'utf8')).toBe(prompts('What is "rain"?', 'Why?'))
  },
)

vscodeTest(
  'a broken row among the prompts names file and line',
  {
    files: {
      'p.jsonl': `${prompts('a', 'b')}{"prompt": \n`,
      'c.aepo.json': '{ "version": 1, "prompts": "p.jsonl" }\n',
    },
  },
  async (workbench) => {
    await workbench.openFile('c.aepo.json')
    await workbench
      .curation()
      .getByText(/p\.jsonl:3/)
      .first()
      .waitFor()
  },
)

vscodeTest(
  'candidates from earlier settings are reported, and sampled again when the user wants that',
  {},
  async (workbench) => {
    const curation = await labelledCuration(workbench.workspace, 'trees', {
      prompts: ['Name a tree.', 'Name a bush.', 'Name a herb.'],
      annotator: 'tester',
      annotated: 1,
      maxNewTokens: 12,
      temperature: 0.3,
    })
    const before = curation.candidates().candidates
    const editor = workbench.curation()
    const notice = editor
      .getByRole('note')
      .filter({ hasText: '4 candidates come from earlier settings.' })
    await workbench.openFile('trees.aepo.json')
    await notice.getByText('Changed since: temperature.').waitFor()
    await workbench.picture('earlier-settings')
    await notice.getByRole('button', { name: 'Sample Again…' }).click()
    const dialog = workbench.notifications.dialog()
    await dialog
      .getByText('Sample 4 candidates again, with the settings as they are now?')
      .waitFor()
    await workbench.picture('earlier-settings-question')
    await dialog.getByRole('button', { name: 'Sample Again' }).click()
    await notice.waitFor({ state: 'detached' })
    await new Labelling(editor).waitForCounts({
      candidates: 6,
      selected: 3,
      annotated: 1,
      pairs: 1,
    })
    await until(
      'the end of generation',
      () => !filesIn(curation.folder).includes('.generation.json'),
    )

    const { candidates } = curation.candidates()
    expect(candidates.slice(0, 2)).toEqual(before.slice(0, 2))
    expect(
      candidates.filter(({ id, text }) => before.some((one) => one.id === id && one.text === text)),
    ).toHaveLength(2)
    const [aside = ''] = filesIn(curation.folder).filter((file) =>
      /^candidates\..+\.jsonl$/.test(file),
    )
    expect(readFileSync(join(curation.folder, aside), 'utf8').trimEnd().split('\n')).toHaveLength(
      1 + before.length,
    )
  },
)
