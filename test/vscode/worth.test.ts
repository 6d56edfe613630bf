// What a label is worth, in the window: a rule that learns from the labels, their learning curve,
// labels to look at again, a simulation on the curation's own pools; and a language model of VS
// Code as a judge.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect } from 'vitest'
import { Curation } from '../../src/curation/curation'
import { importCandidates } from '../../src/curation/prompts/importCandidates'
import { judgeRecordSchema } from '../../src/core/formats/judgeRecords'
import { openEvaluation } from '../../src/evaluation/evaluation'
import { findOrMakeEvaluation } from '../../src/evaluation/makeEvaluation'
import { sampleEvaluation } from '../../src/evaluation/sample'
import type { JudgeRecord } from '../../src/shared/judging'
import { jsonLines } from '../support/jsonLines'
import { FakeEngine } from '../unit/curation/support/fakeEngine'
import { CurationOnDisk } from './support/curationOnDisk'
import { labelledCuration } from './support/labelledCuration'
import { Labelling } from './support/labelling'
import { pictures } from './support/pictures'
import { TINY_MODEL } from './support/training'
import { until } from '../support/until'
import { useVSCode } from './support/useVSCode'

const LABELLER = 'labeller'
const PROMPTS = 26

const vscodeTest = useVSCode({
  settings: { 'aepo.annotator': LABELLER, 'chat.disableAIFeatures': false },
  others: ['opinions'],
})

const THINGS = ['tree', 'bush', 'herb', 'river', 'city', 'bird', 'stone', 'fruit', 'fish', 'star']

/** Pools of judged responses, the longer the better, to select from as labels come. */
async function judgedPools(workspace: string): Promise<CurationOnDisk> {
  const at = (name: string): string => join(workspace, name)
  const rows = Array.from({ length: PROMPTS }, (_, index) => {
    const thing = `${THINGS[index % THINGS.length] ?? ''} number ${index + 1}`
    return {
      prompt: `Describe the ${thing}.`,
      responses: [
        'No.',
        `The ${thing} is one of many.`,
        `The ${thing} is large, old and known for its colour, which changes with the light.`,
        `First, the ${thing} is easy to find. Second, it is well described: its shape, its age and its place are in every book. Third, ask about any of these.`,
      ].map((text, score) => ({ text, score })),
    }
  })
  const lines = (values: readonly object[]): string =>
    values.map((value) => `${JSON.stringify(value)}\n`).join('')
  writeFileSync(at('prompts.jsonl'), lines(rows.map(({ prompt }) => ({ prompt }))))
  writeFileSync(at('judged.jsonl'), lines(rows))
  writeFileSync(at('broken.jsonl'), lines([...rows, { prompt: 'Unjudged.', responses: ['No.'] }]))
  const file = at('worth.aepo.json')
  const settings = {
    version: 1,
    prompts: 'prompts.jsonl',
    sampling: { n: 4 },
    selection: { method: 'd-optimal', k: 2 },
    annotation: { budget: PROMPTS },
  }
  writeFileSync(file, JSON.stringify(settings))
  const options = { annotator: LABELLER, onMessage: () => undefined, now: () => new Date() }
  await importCandidates(await Curation.open(file, options), at('judged.jsonl'))
  return new CurationOnDisk(file)
}

vscodeTest(
  'labels decide what is selected next, are summed up in a curve, and looked at again',
  { limitMs: 300_000 },
  async (workbench) => {
    const curation = await judgedPools(workbench.workspace)
    await workbench.openFile('worth.aepo.json')
    await workbench.closeSideBar()
    const editor = workbench.curation()
    await workbench.runCommand('AEPO: Select Again')
    const labelling = new Labelling(editor)
    await labelling.isShown(1)
    for (let label = 1; label <= PROMPTS; label++) {
      const texts = await editor.locator('.card-text').allInnerTexts()
      const longer = (texts[0]?.length ?? 0) > (texts[1]?.length ?? 0)
      // One label says the opposite of all others.
      await labelling.decide(longer !== (label === 7) ? '1 Prefer' : '2 Prefer')
    }
    const annotated = curation.annotations(LABELLER).map(({ id }) => id)
    expect(annotated).toHaveLength(PROMPTS)
    const selections = curation.selections()
    expect(selections.map(({ method }) => method)).toEqual(Array(PROMPTS).fill('d-optimal'))
    // Two selections are ready ahead, so each rests on all labels but the last one or two.
    for (const [place, { learned }] of selections.entries())
      expect(learned?.labels).toBeGreaterThanOrEqual(place - 2)
    const named = new Set(selections.flatMap(({ learned }) => learned?.from?.added ?? []))
    expect(annotated.filter((id) => named.has(id)).length).toBeGreaterThanOrEqual(PROMPTS - 3)

    await editor.getByText(/A small reward model predicts \d+ %/).waitFor()
    await pictures(workbench, 'worth-all-labelled')
    await editor.getByRole('tab', { name: /^Review/ }).click()
    await editor
      .getByRole('region', { name: 'What a model learns from the labels' })
      .getByRole('img')
      .waitFor()
    const filter = editor.getByRole('button', { name: /^Look again \d/ })
    await filter.click()
    await editor.locator('.row').first().getByText('gives this label a probability').waitFor()
    await pictures(workbench, 'worth-look-again')
    await filter.press('l')
    await editor.getByText(/^Look again, 1 of \d/).waitFor()
    expect(await labelling.place()).toBe('Prompt 7')

    await workbench.runCommand('AEPO: Simulate Selection…')
    await editor.getByRole('textbox', { name: 'Numbers of labels' }).fill('10, 20')
    await editor.getByRole('textbox', { name: 'Random splits' }).fill('4')
    await editor.getByRole('button', { name: 'Simulate', exact: true }).click()
    const table = editor.getByRole('region', { name: 'Figures of each rule' })
    await table.getByText('longest response').waitFor({ timeout: 120_000 })
    await editor.getByRole('heading', { name: /^(No rule|Use) / }).waitFor()
    await editor.getByText(/; 4 random splits with 7 prompts held out/).waitFor()
    await pictures(workbench, 'worth-simulated')

    const { quickInput, notifications } = workbench
    await editor.getByRole('combobox', { name: 'Judged responses' }).selectOption('file')
    await quickInput.waitFor('File of responses with scores')
    await quickInput.pick('broken.jsonl')
    await editor.getByRole('button', { name: 'Simulate', exact: true }).click()
    const dialog = notifications.dialog()
    await dialog.getByText('Some rows are broken. Leave them out?').waitFor()
    await dialog.getByText('no response has a score').waitFor()
    await workbench.picture('worth-broken-rows')
    await dialog.getByRole('button', { name: `Simulate with the Other ${PROMPTS} Rows` }).click()
    await editor.getByText(/^broken\.jsonl: /).waitFor({ timeout: 120_000 })
  },
)

const JUDGES = ['first', 'silent', 'tired', 'leaving'].map((name) => ({
  name,
  kind: 'editor',
  model: name,
}))

vscodeTest(
  'a language model of VS Code judges, after one consent; what stops it is said plainly',
  { provokes: [/language model|VS Code no longer offers/], limitMs: 300_000 },
  async (workbench) => {
    const things = THINGS.slice(0, 4).map((thing) => `Name a ${thing}.`)
    const { file } = await labelledCuration(workbench.workspace, 'things', {
      prompts: things,
      annotator: LABELLER,
      annotated: things.length,
    })
    const settings = JSON.parse(readFileSync(file, 'utf8')) as object
    writeFileSync(file, JSON.stringify({ ...settings, judges: JUDGES }))
    const journal = (name: string): JudgeRecord[] =>
      jsonLines(join(file.replace(/\.json$/, ''), `judges/${name}.jsonl`)).map((line) =>
        judgeRecordSchema.parse(line),
      )
    await workbench.openFile('things.aepo.json')
    await workbench.closeSideBar()
    const editor = workbench.curation()
    await new Labelling(editor).waitForCounts({ pairs: things.length })
    // A list closes when the editor takes the focus back.
    const judge = (name: string): Promise<boolean> =>
      until(
        `the judge ${name} to be chosen`,
        async () => {
          await workbench.runCommand('AEPO: Run Judge…')
          await workbench.quickInput.row(name).click({ timeout: 5_000 })
          return true
        },
        90_000,
      )
    const consent = workbench.notifications.dialog()

    await judge('first')
    await consent.getByText(/access/).waitFor({ timeout: 60_000 })
    await workbench.picture('judge-consent')
    await consent.getByRole('button', { name: 'Cancel' }).click()
    await editor.getByText('AEPO may not use the language model first.').waitFor()
    await workbench.picture('judge-refused')

    await judge('first')
    await consent.getByRole('button', { name: 'Allow' }).click()
    await workbench.notifications.waitFor(
      /^The judge first has an opinion on 4 comparisons\. .* It prefers the response that it sees first\./,
    )
    expect(journal('first')).toHaveLength(2 * things.length)
    for (const record of journal('first'))
      expect(record).toMatchObject({
        model: 'first',
        text: 'Both are fine.\n\n```json\n{"verdict": "A"}\n```\n',
        verdict: 'first',
      })

    await judge('tired')
    await editor.getByText('does not answer: The quota of this month is used up.').waitFor()
    await judge('leaving')
    await editor
      .getByText(/VS Code (no longer )?offers (no language model|the model).*leaving/)
      .waitFor()
    expect(journal('leaving')).toHaveLength(1)
    await workbench.picture('judge-left')

    await judge('silent')
    const activity = editor.getByRole('region', { name: 'Running work' })
    await activity.getByText('Judge silent').waitFor()
    await activity.getByRole('button').click()
    await until('the judge to stop', async () => (await activity.count()) === 0)
    expect(await consent.count()).toBe(0)

    await sampledEvaluation(file, things)
    await editor.getByRole('tab', { name: /^Evaluate/ }).click()
    await editor.getByRole('button', { name: 'Let a Judge Vote…' }).click()
    await workbench.quickInput.pick('first')
    await workbench.notifications.waitFor(
      'The judge first has an opinion on 4 comparisons. Its votes stay apart, and are shown once you have voted on all pairs.',
    )
    await editor.getByRole('button', { name: 'Show Result' }).click()
    await editor.getByText('There are no votes yet.').waitFor()
    const votes = editor.getByText('By judge first alone')
    expect(await votes.count()).toBe(0)
    for (let vote = 1; vote <= things.length; vote++) {
      await new Labelling(editor).choose('1 Prefer')
      await editor.getByText(`${vote} of 4 pairs voted on`).or(votes).waitFor()
    }
    await votes.waitFor()
    await pictures(workbench, 'judge-votes')
  },
)

/** An evaluation whose two models answered each prompt. */
async function sampledEvaluation(file: string, prompts: readonly string[]): Promise<void> {
  const options = { annotator: LABELLER, onMessage: () => undefined, now: () => new Date() }
  const curation = await Curation.open(file, options)
  const others = file.replace('things.aepo.json', 'others.jsonl')
  writeFileSync(others, prompts.map((prompt) => `${JSON.stringify({ prompt })}\n`).join(''))
  const { id } = await findOrMakeEvaluation(curation, {
    a: { model: 'builtin:SmolLM2-135M-Instruct', device: 'cpu' },
    b: { model: TINY_MODEL, device: 'cpu' },
    responses: 1,
    prompts: { file: others, name: 'others.jsonl' },
  })
  const evaluation = await openEvaluation(curation, id, options)
  const { signal } = new AbortController()
  await sampleEvaluation(evaluation, new FakeEngine(), { signal, onActivity: () => undefined })
}
