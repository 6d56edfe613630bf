// A server as the generator, in a real VS Code: its key, its models, and two of them behind one
// curation, labelled blind.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect } from 'vitest'
import { answerTo, startFakeServer } from '../support/servers/fakeServer'
import { CurationOnDisk, filesIn } from './support/curationOnDisk'
import { Labelling } from './support/labelling'
import { createCuration } from './support/newCuration'
import type { QuickInput } from './support/quickInput'
import { useVSCode } from './support/useVSCode'

const KEY = 'sk-not-to-be-seen'
const PROMPTS = ['Name three fruits.', 'What is a bridge for?']
const server = await startFakeServer({ key: KEY, models: ['alpha-model', 'beta-model'] })
afterAll(() => server.close())

const vscodeTest = useVSCode({ settings: { 'aepo.annotator': 'newcomer' } })
const promptRows = PROMPTS.map((prompt) => `${JSON.stringify({ prompt })}\n`).join('')

vscodeTest(
  'a server is given its key, asked for its models, and samples; nobody who labels sees which model',
  { files: { 'questions.jsonl': promptRows } },
  async (workbench, vscode) => {
    const { quickInput } = workbench
    await workbench.runCommand('AEPO: Set Server Key…')
    await quickInput.waitFor('Address of the server')
    await quickInput.answer(server.url)
    await quickInput.waitFor(`Key for ${new URL(server.url).origin}`)
    await quickInput.answer(KEY)

    await createCuration(workbench, { prompts: 'questions.jsonl', model: pickServer, n: 8 })
    const curation = new CurationOnDisk(join(workbench.workspace, 'questions.aepo.json'))
    expect(curation.settings().generator).toMatchObject({
      server: server.url,
      model: 'beta-model',
      concurrency: 16,
    })
    const text = JSON.parse(readFileSync(curation.file, 'utf8')) as object
    const generator = ['alpha-model', 'beta-model'].map((model) => ({ server: server.url, model }))
    writeFileSync(curation.file, `${JSON.stringify({ ...text, generator }, null, 2)}\n`)

    const labelling = new Labelling(workbench.curation())
    await workbench.runCommand('AEPO: Generate Candidates')
    await labelling.waitForCounts({ prompts: 2, candidates: 16, selected: 2 })
    await labelling.goToFirst()
    const { generations, candidates } = curation.candidates()
    expect(generations.map(({ model }) => model).sort()).toEqual(['alpha-model', 'beta-model'])
    expect(
      candidates.every(({ text: answer }) => answer.startsWith(answerTo([], 0).slice(0, 7))),
    ).toBe(true)

    const responses = workbench.curation().getByRole('article')
    await responses.first().waitFor()
    for (const response of await responses.all())
      expect(await response.innerHTML()).not.toMatch(/alpha-model|beta-model/)
    await workbench
      .curation()
      .getByText(`alpha-model at ${server.url}; beta-model at ${server.url}`)
      .waitFor({ state: 'attached' }) // in the menu, which is closed
    await workbench.picture('servers-blind')
    await labelling.decide('1 Prefer')
    await workbench.curation().getByRole('button', { name: 'Previous', exact: true }).click()
    const origins = workbench.curation().locator('.origin')
    await origins.first().waitFor()
    for (const origin of await origins.allInnerTexts())
      expect(['alpha-model', 'beta-model']).toContain(origin)
    await workbench.picture('servers-decided')

    const frame = await workbench.curationFrame()
    const seen = [
      await frame.content(),
      workbench.extensionLog(),
      ...filesIn(workbench.workspace).map((file) =>
        readFileSync(join(workbench.workspace, file), 'utf8'),
      ),
      ...vscode.logs().values(),
    ]
    for (const one of seen) expect(one).not.toContain(KEY)
  },
)

async function pickServer(quickInput: QuickInput): Promise<void> {
  await quickInput.pick('A server with the OpenAI API…')
  await quickInput.waitFor('Address of the server')
  await quickInput.answer(server.url)
  await quickInput.waitFor('Which of the server’s models')
  await quickInput.pick('beta-model')
}
