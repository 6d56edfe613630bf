// The report of a training run: what it says, and that the same run gives the same bytes.
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { changesOf } from '../../../src/core/training/report/changes'
import { byteText, secondsText } from '../../../src/core/training/report/numbers'
import { writeReport } from '../../../src/training/report'
import { TrainingRun } from '../../../src/training/trainingRun'
import { earlierRun, failureOf, runFile, runsFolder } from './support/runs'

const METRICS: Record<string, unknown>[] = [
  { event: 'start', step: 0, time: 10, rows: 1, heldOutRows: 1 },
  { event: 'eval', step: 0, time: 11, figures: { heldOutLoss: 0.7, heldOutMargin: 0 } },
  { event: 'log', step: 1, time: 12, figures: { loss: 0.69, learningRate: 1e-4 } },
  { event: 'log', step: 8, time: 70, figures: { loss: 0.25, learningRate: 0 } },
  { event: 'eval', step: 8, time: 71, figures: { heldOutLoss: 0.5, heldOutMargin: -0.1 } },
  {
    event: 'end',
    step: 8,
    time: 72,
    moved: true,
    largestUpdate: 0.0043,
    peakMemory: 1_310_000_000,
  },
]
const MACHINE = {
  system: 'Linux',
  python: '3.12.1',
  device: 'cpu',
  packages: { trl: '1.16.0', torch: '2.15.0' },
}
const row = (promptId: string, generator?: object): string =>
  `${JSON.stringify({
    promptId,
    prompt: [{ role: 'user', content: 'Hi' }],
    chosen: [{ role: 'assistant', content: 'Hello' }],
    rejected: [{ role: 'assistant', content: 'No' }],
    chosenEnd: 'stop',
    rejectedEnd: 'stop',
    generator,
  })}\n`

function finishedRun(metrics = METRICS): {
  folder: string
  paths: Parameters<typeof writeReport>[0]['paths']
} {
  const base = runsFolder()
  const folder = earlierRun(base, metrics)
  const write = (name: string, content: object | string): void =>
    writeFileSync(
      path.join(folder, name),
      typeof content === 'string' ? content : JSON.stringify(content),
    )
  write('machine.json', MACHINE)
  write('base.json', { files: { 'model.safetensors': { size: 12, sha256: 'ab'.repeat(32) } } })
  write(
    'data.jsonl',
    row('p1', { model: '/models/tiny' }) + row('p2', { model: '/models/tiny' }) + row('p2'),
  )
  write('inspection.json', {
    rows: 3,
    kept: 2,
    problems: [
      { kind: 'cut-off', count: 1, rows: [3], fatal: false, message: 'One row was cut off.' },
    ],
    steps: 8,
    stepsPerEpoch: 1,
    heldOutRows: 1,
    heldOutPrompts: 1,
    tokens: [],
  })
  const paths = { file: path.join(base, 'a b.aepo.json'), base } as never
  return { folder, paths }
}

const report = async (file?: string): Promise<{ text: string; pictures: string[] }> => {
  const { folder, paths } = finishedRun()
  const written = await writeReport({ paths }, await TrainingRun.open(folder), file)
  return { text: readFileSync(written.file, 'utf8'), pictures: written.pictures }
}

it('says what the run changed, its data, every setting, the versions, and the command', async () => {
  const { text, pictures } = await report()
  for (const part of [
    '# DPO: /m/tiny',
    '| Optimiser steps | 8 of 8 |',
    '| Training time | 1 min 01 s |',
    '| Peak memory | 1.31 GB |',
    'Largest update of a weight: 0.0043.',
    '| Held-out loss | 0.7 | 0.5 | -0.2 | better |',
    '| Held-out margin | 0 | -0.1 | -0.1 | worse |',
    '- 3 pairs of 2 prompts, in `data.jsonl`.',
    '| tiny | 2 |\n| imported | 1 |',
    '- 2 of 3 rows are used. Held out: 1 row of 1 prompt (a share of 0.1), by the hash of the prompt.',
    '- One row was cut off.',
    '| learningRate | 0.0001 | Peak of the learning rate. |',
    "aepo train 'a b.aepo.json' \\\n    --model /m/tiny \\\n    --method dpo \\\n    --set beta=0.1",
    `| model.safetensors | 12 | ${'ab'.repeat(32)} |`,
    '| trl | 1.16.0 |',
  ])
    expect(text).toContain(part)
  expect(text).not.toContain('| Learning rate |')
  for (const picture of pictures) {
    expect(text).toContain(`](${path.basename(picture)})`)
    expect(readFileSync(picture, 'utf8')).toMatch(/^<svg /)
  }
})

it('counts one row and one prompt in the singular', async () => {
  const { folder, paths } = finishedRun()
  writeFileSync(path.join(folder, 'data.jsonl'), row('p1'))
  const inspected = JSON.parse(readFileSync(path.join(folder, 'inspection.json'), 'utf8')) as object
  writeFileSync(path.join(folder, 'inspection.json'), JSON.stringify({ ...inspected, kept: 1 }))
  const { file } = await writeReport({ paths }, await TrainingRun.open(folder))
  const text = readFileSync(file, 'utf8')
  expect(text).toContain('- 1 pair of 1 prompt, in `data.jsonl`.')
  expect(text).toContain('- 1 of 3 rows is used. ')
})

it('has the figures before and after that the runner measured, with their warnings', async () => {
  const { folder, paths } = finishedRun()
  const side = (neutralLoss: number): object => ({ neutralLoss, responses: [] })
  writeFileSync(
    path.join(folder, 'regression.json'),
    JSON.stringify({
      version: 1,
      seconds: 2,
      heldOut: null,
      policy: {
        neutral: { tokens: 2600 },
        sampling: { maxNewTokens: 64, temperature: 1, seed: 42 },
        prompts: [],
        before: side(2),
        after: side(2.5),
        kl: 0.02,
      },
    }),
  )
  const { file } = await writeReport({ paths }, await TrainingRun.open(folder))
  const text = readFileSync(file, 'utf8')
  expect(text).toContain('| Loss on neutral text | 2 | 2.5 |')
  expect(text).toMatch(/^> The loss on neutral text rose by 0\.50 nats/m)
})

it('the same run gives the same bytes, wherever its folder is', async () => {
  expect((await report()).text).toBe((await report()).text)
})

it('a report elsewhere has its pictures beside it', async () => {
  const folder = runsFolder()
  const { text, pictures } = await report(path.join(folder, 'first run.md'))
  expect(pictures[0]).toBe(path.join(folder, 'first run-loss.svg'))
  expect(text).toContain('![Loss](first%20run-loss.svg)')
})

it('the command repeats the choice of rounds and annotators', async () => {
  const { folder, paths } = finishedRun()
  const file = { ...runFile(), rounds: '1,2', annotators: 'ann,judge:strict' }
  writeFileSync(path.join(folder, 'run.json'), JSON.stringify(file))
  const written = await writeReport({ paths }, await TrainingRun.open(folder))
  expect(readFileSync(written.file, 'utf8')).toContain(
    "    --rounds '1,2' \\\n    --annotators 'ann,judge:strict' \\\n",
  )
})

it('a run that failed before its first step has a report, too, with the failure', async () => {
  const { folder, paths } = finishedRun()
  for (const name of [
    'machine.json',
    'base.json',
    'inspection.json',
    'data.jsonl',
    'metrics.jsonl',
  ])
    rmSync(path.join(folder, name))
  writeFileSync(
    path.join(folder, 'failed'),
    JSON.stringify({ code: 'bad-input', message: 'The rows are wrong.' }),
  )
  const { file } = await writeReport({ paths }, await TrainingRun.open(folder))
  const text = readFileSync(file, 'utf8')
  expect(text).toMatch(/^> [\d-]+T[\d-]+-dpo: The rows are wrong\.$/m)
  expect(text).not.toContain('What the run changed')
  expect(text).toContain('--set seed=42')
})

it('figures of single batches are compared by their means, those of held-out rows by the ends', () => {
  const points = Array.from({ length: 20 }, (_, index) => ({
    step: index + 1,
    figures: { loss: index < 2 ? 1 + index : 20 - index },
  }))
  const loss = { id: 'loss', label: 'Loss', chart: 'Loss', better: 'lower' as const }
  expect(changesOf([loss], points)).toEqual([
    { label: 'Loss', before: 1.5, after: 1.5, step: 20, verdict: null },
  ])
})

it('the accuracy of a model that is still its reference is compared with nothing', () => {
  const accuracy = {
    id: 'heldOutAccuracy',
    label: 'Held-out accuracy',
    chart: 'Accuracy',
    better: 'higher' as const,
  }
  const changes = (margin: number): unknown[] =>
    changesOf(
      [accuracy],
      [
        { step: 0, figures: { heldOutMargin: margin, heldOutAccuracy: 0 } },
        { step: 9, figures: { heldOutMargin: 0.1, heldOutAccuracy: 0.5 } },
      ],
    )
  expect(changes(0)).toEqual([])
  expect(changes(-0.1)).toMatchObject([{ before: 0, after: 0.5, verdict: 'better' }])
})

it('sizes and durations are short', () => {
  expect([byteText(540e6), byteText(2.345e9), secondsText(38.4), secondsText(7380)]).toEqual([
    '540 MB',
    '2.35 GB',
    '38 s',
    '2 h 03 min',
  ])
})

it('rows that the model annotated itself are counted', async () => {
  const { folder, paths } = finishedRun([
    { ...METRICS[0], selfAnnotatedRows: 1 },
    ...METRICS.slice(1),
  ])
  const { file } = await writeReport({ paths }, await TrainingRun.open(folder))
  expect(readFileSync(file, 'utf8')).toContain('| Of these annotated by the model itself | 1 |')
})

it('a damaged row is named with its line', async () => {
  const { folder, paths } = finishedRun()
  const file = path.join(folder, 'data.jsonl')
  writeFileSync(file, `${row('p1')}{"promptId": "p2", "pro\n${row('p3')}`)
  expect(await failureOf(writeReport({ paths }, await TrainingRun.open(folder)))).toMatchObject({
    code: 'bad-input',
    where: `${file}:2`,
    message: 'A row of the run is damaged: it is not JSON.',
  })
})
