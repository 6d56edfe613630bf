// What a finished run changed beside the preferences, on its card.
import { expect, test } from 'vitest'
import { FakeHost } from './harness/fakeHost'
import { curation, points, run, tasks } from './harness/samples'
import { useEditors } from './harness/suite'

const open = useEditors()

test('what a run changed stands before and after, and what became worse is said', async () => {
  const warning =
    'The loss on neutral text rose by 0.12 nats a token, more than 0.05: the model may have become worse at what the labels do not cover.'
  const finished = run({
    state: 'finished',
    step: 90,
    points: points(90),
    regression: {
      figures: [
        {
          id: 'neutralLoss',
          label: 'Loss on neutral text',
          unit: 'number',
          before: 2.41,
          after: 2.53,
        },
        { id: 'degenerate', label: 'Degenerate', unit: 'share', before: 0.042, after: 0.083 },
        {
          id: 'heldOutAccuracy',
          label: 'Held-out accuracy',
          unit: 'share',
          before: null,
          after: 0.75,
        },
      ],
      warnings: [warning],
      basis:
        '24 responses to 12 prompts (2 held out) of at most 64 tokens, 2612 tokens of neutral text; 41 s, 2 % of the time of the run',
    },
  })
  const editor = await open(
    new FakeHost(curation({ counts: { annotated: 80, pairs: 71 }, runs: [finished] }), tasks(1)),
  )
  const { page } = editor
  await page.getByRole('tab', { name: 'Runs' }).click()
  await page.getByText(warning).waitFor()
  const table = page.getByRole('region', { name: 'Before and after' }).getByRole('table')
  await page.getByText(/^24 responses to 12 prompts \(2 held out\)/).waitFor()
  expect(await table.getByRole('row').allInnerTexts()).toEqual([
    'Figure\tBefore\tAfter',
    'Loss on neutral text\t2.41\t2.53',
    'Degenerate\t4 %\t8 %',
    'Held-out accuracy\t–\t75 %',
  ])
  await editor.picture('run-before-and-after')
  await page.getByRole('button', { name: 'Copy Command for lm-evaluation-harness' }).click()
  await expect.poll(() => editor.host.actions()).toEqual([{ copyHarness: finished.id }])
})
