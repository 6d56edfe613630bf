// Rounds on the screen: which one is shown, how another is, and the run that becomes a generator.
import { expect, test } from 'vitest'
import type { RoundView } from '../../src/shared/curationViews'
import type { EditorState } from '../../src/shared/editorProtocol'
import type { RunView } from '../../src/shared/runProtocol'
import type { Editor } from './harness/editor'
import { FakeHost } from './harness/fakeHost'
import { curation, GENERATING, run, tasks } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()
let editor: Editor

const RUN = run({ state: 'finished', secondsLeft: null, step: 90 })

const round = (number: number, change: Partial<RoundView> = {}): RoundView => ({
  number,
  generator: number === 1 ? 'SmolLM2-135M-Instruct' : RUN.id,
  run: number === 1 ? null : RUN.id,
  prompts: 80,
  candidates: 2560,
  candidatesWanted: 2560,
  selected: 80,
  annotated: 0,
  isShown: number === 2,
  ...change,
})
const ROUNDS = [round(1), round(2)]

const openWith = async (change: Partial<EditorState>, shown = tasks(1)): Promise<void> => {
  editor = await open(new FakeHost({ ...curation(), ...change }, shown))
}

const chooser = (): ReturnType<Editor['page']['getByRole']> =>
  editor.page.getByRole('combobox', { name: 'Round' })

const useButton = (): ReturnType<Editor['page']['getByRole']> =>
  editor.page.getByRole('button', { name: 'Use as Generator…' })

async function openRuns(one: RunView, change: Partial<EditorState> = {}): Promise<void> {
  await openWith({ runs: [one], ...change })
  await editor.page.getByRole('tab', { name: 'Runs' }).click()
  await editor.page.getByRole('article').waitFor()
}

test('with one round nothing says which', async () => {
  await openWith({ runs: [RUN] })
  await editor.page.getByRole('tab', { name: 'Runs' }).click()
  await editor.page.getByRole('article').waitFor()
  expect(await chooser().count()).toBe(0)
  expect(await editor.page.getByText(/round/i).count()).toBe(0)
})

test('the header names the round that is shown, and another one can be chosen', async () => {
  await openWith({ rounds: ROUNDS })
  await expect.poll(() => chooser().inputValue()).toBe('2')
  const offered = await chooser().locator('option').allInnerTexts()
  expect(offered.map((text) => text.trim())).toEqual(['Round 1', 'Round 2'])
  await chooser().selectOption('Round 1')
  await expect.poll(() => editor.host.actions()).toEqual([{ showRound: 1 }])
  editor.host.tell({ rounds: [round(1, { isShown: true }), round(2, { isShown: false })] })
  await expect.poll(() => chooser().inputValue()).toBe('1')
})

test('the review and the screens without a selection say which round they are of', async () => {
  const none = { ...curation().counts, candidates: 0, selected: 0 } as EditorState['counts']
  await openWith({ rounds: ROUNDS, counts: none }, [])
  const line = editor.page.getByText(`Round 2 of 2, from ${RUN.id}`)
  await line.waitFor()
  await editor.page.getByRole('heading', { name: 'From prompts to preferences' }).waitFor()
  await editor.page.getByRole('tab', { name: 'Review' }).click()
  await editor.page.getByRole('searchbox').waitFor()
  await line.waitFor()
})

test('a finished run can become the generator, and says of which rounds it is', async () => {
  await openRuns(RUN)
  await useButton().click()
  await expect.poll(() => editor.host.actions()).toEqual([{ useRun: RUN.id }])
  editor.host.tell({ rounds: ROUNDS, runs: [{ ...RUN, round: 1 }] })
  const card = editor.page.getByRole('article')
  await card.getByText('After round 1', { exact: true }).waitFor()
  await card.getByText('Generator of round 2', { exact: true }).waitFor()
})

test.each<[string, Partial<RunView>, Partial<EditorState>]>([
  ['is running', { state: 'running' }, {}],
  ['was stopped', { state: 'stopped' }, {}],
  ['moved no weight', { warning: 'The run did not change the model.' }, {}],
  ['trained a reward model', { generates: false }, {}],
  ['is finished in an untrusted workspace', {}, { trusted: false }],
  ['is finished while candidates are generated', {}, { activity: GENERATING }],
])('a run that %s cannot', async (_what, change, host) => {
  await openRuns({ ...RUN, ...change }, host)
  expect(await useButton().count()).toBe(0)
})
