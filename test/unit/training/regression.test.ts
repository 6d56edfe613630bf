// The figures before and after a run, from what the runner writes.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { harnessWords } from '../../../src/core/training/harness'
import {
  comparedFigures,
  type Regression,
  regressionBasis,
  regressionSchema,
  regressionWarnings,
} from '../../../src/core/training/regression'
import { readRegression } from '../../../src/training/runFolder'
import { runView } from '../../../src/training/runView'
import { TrainingRun } from '../../../src/training/trainingRun'
import { earlierRun, runsFolder } from './support/runs'

const GOOD = [
  'A river flows from the hills to the sea and takes sand with it.',
  'Bread rises because yeast makes a gas that the dough keeps inside.',
  'A compass points to the north, though not quite to the pole.',
  'Trees make one ring a year, so a stump tells how old it was.',
]
const LOOP = 'and so on and so forth '.repeat(20)

const side = (texts: readonly string[], neutralLoss: number) => ({
  neutralLoss,
  responses: texts.map((text, prompt) => ({ prompt, text, tokens: 10 + prompt, ended: true })),
})

function regression(change: {
  before?: readonly string[]
  after?: readonly string[]
  neutral?: readonly [number, number]
}): Regression {
  const { before = GOOD, after = GOOD, neutral = [2, 2] } = change
  return regressionSchema.parse({
    version: 1,
    seconds: 12.5,
    heldOut: { loss: { before: 0.69, after: 0.5 }, accuracy: { before: 0, after: 0.75 } },
    policy: {
      neutral: { tokens: 2600 },
      sampling: { maxNewTokens: 64, temperature: 1, seed: 42 },
      prompts: GOOD.map((text, index) => ({ source: index === 0 ? 'held-out' : 'fixed', text })),
      before: side(before, neutral[0]),
      after: side(after, neutral[1]),
      kl: 0.02,
    },
  })
}

const figure = (found: Regression, id: string): unknown =>
  comparedFigures(found).find((one) => one.id === id)

describe('figures of a regression', () => {
  it('count the degenerate responses by the rules of the guard', () => {
    const found = regression({ after: ['', LOOP, 'ok', GOOD[0] ?? ''] })
    expect(figure(found, 'degenerate')).toMatchObject({ before: 0, after: 0.75, unit: 'share' })
  })

  it('take the same text under three prompts for degenerate, and under two not', () => {
    const [one = '', other = ''] = GOOD
    expect(figure(regression({ after: [one, one, one, other] }), 'degenerate')).toMatchObject({
      after: 0.75,
    })
    expect(figure(regression({ after: [one, one, other, LOOP] }), 'degenerate')).toMatchObject({
      after: 0.25,
    })
  })

  it('are the mean length and the share of different words and pairs of words', () => {
    const found = regression({ after: ['a b a b', 'a b', 'c'] })
    expect(figure(found, 'responseTokens')).toMatchObject({ before: 11.5, after: 11 })
    expect(figure(found, 'distinct1')).toMatchObject({ after: 3 / 7 })
    expect(figure(found, 'distinct2')).toMatchObject({ after: 2 / 4 })
  })

  it('leave out what was not measured', () => {
    const { policy: _, ...rest } = regression({})
    const reward = regressionSchema.parse({ ...rest, policy: null })
    expect(comparedFigures(reward).map(({ id }) => id)).toEqual(['heldOutLoss', 'heldOutAccuracy'])
    expect(figure(reward, 'heldOutAccuracy')).toMatchObject({ before: null, after: 0.75 })
    expect(regressionWarnings(reward)).toEqual([])
    expect(regressionBasis(reward)).toBe('')
    expect(comparedFigures({ ...reward, heldOut: null })).toEqual([])
  })

  it('say what they rest on', () => {
    expect(regressionBasis(regression({}))).toBe(
      '4 responses to 4 prompts (1 held out) of at most 64 tokens, 2600 tokens of neutral text',
    )
  })
})

describe('a warning', () => {
  it('comes when the loss on neutral text rose by more than 0.05 nats', () => {
    expect(regressionWarnings(regression({ neutral: [2, 2.05] }))).toEqual([])
    expect(regressionWarnings(regression({ neutral: [2, 2.06] }))).toEqual([
      expect.stringContaining('The loss on neutral text rose by 0.06 nats a token, more than 0.05'),
    ])
    expect(regressionWarnings(regression({ neutral: [2.5, 2] }))).toEqual([])
  })

  it('comes when degenerate responses became more frequent, not when they were frequent', () => {
    expect(regressionWarnings(regression({ after: [LOOP, ...GOOD.slice(1)] }))).toEqual([
      expect.stringContaining('rose from 0 % to 25 %'),
    ])
    expect(regressionWarnings(regression({ before: [LOOP], after: [LOOP] }))).toEqual([])
  })
})

it('a file that is missing or broken is as none', async () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-regression-'))
  mkdirSync(folder, { recursive: true })
  const file = path.join(folder, 'regression.json')
  expect(await readRegression(folder)).toBeNull()
  writeFileSync(file, '{"version": 1')
  expect(await readRegression(folder)).toBeNull()
  writeFileSync(file, JSON.stringify(regression({})))
  expect(await readRegression(folder)).toMatchObject({ seconds: 12.5, policy: { kl: 0.02 } })
})

it('the figures are computed once for all views of a run', async () => {
  const folder = earlierRun(runsFolder(), [{ event: 'end', step: 8 }])
  writeFileSync(path.join(folder, 'regression.json'), JSON.stringify(regression({})))
  const run = await TrainingRun.open(folder)
  const [first, second] = [runView(run).regression, runView(run).regression]
  expect(first?.figures).toEqual(comparedFigures(regression({})))
  expect(second?.figures).toBe(first?.figures)
})

it('lm-evaluation-harness takes a folder, or a base with its adapter', () => {
  expect(harnessWords({ pretrained: '/m' }).join(' ')).toBe(
    'lm_eval --model hf --model_args pretrained=/m --tasks arc_easy,hellaswag,gsm8k --apply_chat_template --batch_size auto',
  )
  expect(harnessWords({ pretrained: 'owner/name', peft: '/runs/1/model' })).toContain(
    'pretrained=owner/name,peft=/runs/1/model',
  )
})
