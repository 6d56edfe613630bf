// New Curation… in a real VS Code: from the walkthrough, through losses of focus, back and forth.
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect } from 'vitest'
import { CurationOnDisk } from './support/curationOnDisk'
import { useVSCode } from './support/useVSCode'

const vscodeTest = useVSCode({ settings: { 'aepo.annotator': 'newcomer' } })
const rows = [
  { id: 1, question: 'Name three fruits.', topic: 'food' },
  { id: 2, question: 'What is a bridge for?', topic: 'roads' },
  { id: 3, question: 'Why do leaves fall?', topic: 'trees' },
  { id: 4, question: 'Why do leaves fall?', topic: 'trees' },
]
const questions = rows.map((row) => `${JSON.stringify(row)}\n`).join('')

vscodeTest(
  'goes on from the walkthrough when the focus goes elsewhere, shows what was read, and goes back',
  { files: { 'questions.jsonl': questions, 'packed.jsonl.gz': gzipSync(questions) } },
  async (workbench) => {
    const { page, quickInput } = workbench
    await workbench.closeSideBar()
    await workbench.runCommand('Welcome: Open Walkthrough...')
    await quickInput.pick('Make a preference data set')
    await page.locator('.getting-started-step', { hasText: 'Start from your own prompts' }).click()
    await page.getByRole('button', { name: 'New Curation…' }).first().click()
    await quickInput.waitFor('New Curation (1/6)')
    await page.locator('.getting-started-step', { hasText: 'Train' }).first().click()
    await quickInput.waitFor('File of prompts')
    expect(await quickInput.labels()).toContain('packed.jsonl.gz')
    await quickInput.pick('questions.jsonl')
    await quickInput.waitFor('Which model samples the candidates?')
    await workbench.picture('new-curation-model')
    await quickInput.pick('SmolLM2-135M-Instruct')
    await quickInput.waitFor('Candidates to sample per prompt')
    await quickInput.answer('1')
    expect(await quickInput.validationMessage()).toContain('A whole number from 2 to 4096.')
    await quickInput.answer('16')
    await quickInput.waitFor('Responses to show per prompt')
    await page.locator('.getting-started-step', { hasText: 'Label' }).first().click()
    await quickInput.back()
    await quickInput.waitFor('Candidates to sample per prompt')
    expect(await quickInput.text()).toBe('16')
    await quickInput.accept()
    await quickInput.waitFor('Responses to show per prompt')
    await quickInput.answer('3')
    await quickInput.waitFor('Longest response')
    await quickInput.answer('100')
    await quickInput.waitFor('New Curation (6/6)')
    await workbench.picture('new-curation-review')
    const labels = await quickInput.labels()
    expect(labels[0]).toBe('Create questions.aepo.json')
    expect(labels).toEqual(expect.arrayContaining(rows.map(({ question }) => question)))
    expect(await quickInput.rows.first().innerText()).toMatch(
      /48 candidates; sampling them takes about \d+ seconds at most/,
    )

    await quickInput.pick('Field of the prompt')
    await quickInput.waitFor('Which field holds the prompt?')
    await quickInput.pick('topic')
    await quickInput.waitFor('Create the curation')
    expect(await quickInput.labels()).toEqual(expect.arrayContaining(['food', 'roads', 'trees']))
    await quickInput.pick('Field of the prompt')
    await quickInput.waitFor('Which field holds the prompt?')
    await quickInput.pick('question')
    await quickInput.waitFor('Create the curation')
    await quickInput.fill('Name') // the list is longer than its window
    await quickInput.pick('Name')
    await quickInput.waitFor('Name of the curation')
    await quickInput.answer('mine')
    await quickInput.waitFor('Create the curation')
    await quickInput.pick('Create mine.aepo.json')
    await workbench.tab('mine.aepo.json').waitFor()
    expect(
      new CurationOnDisk(join(workbench.workspace, 'mine.aepo.json')).settings(),
    ).toMatchObject({
      prompts: 'questions.jsonl',
      fields: { prompt: 'question' },
      sampling: { n: 16, maxNewTokens: 100 },
      selection: { k: 3 },
    })
  },
)
