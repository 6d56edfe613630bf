// Defaults as a function of the number of pairs, and values as a person types them.
import { describe, expect, it } from 'vitest'
import { METHOD_IDS } from '../../../src/core/training/methods/table'
import { planSentence, estimatedSeconds } from '../../../src/core/training/needs/estimate'
import { defaultCommon, plannedSteps } from '../../../src/core/training/settings/defaults'
import {
  hyperparameterDescriptions,
  parseHyperparameters,
} from '../../../src/core/training/settings/hyperparameters'
import { runFile } from './support/runs'

describe('the defaults', () => {
  it.each([5, 8, 14, 50, 99, 100, 250, 400, 1000, 20_000])(
    'give %i pairs at least 50 steps',
    (pairs) => {
      const common = defaultCommon(pairs)
      expect(plannedSteps(pairs, common)).toBeGreaterThanOrEqual(50 - (pairs < 6 ? 10 : 0))
      expect(common.epochs).toBeGreaterThanOrEqual(1)
      expect(common.epochs).toBeLessThanOrEqual(20)
    },
  )

  it('take more epochs for few pairs and accumulate only for many', () => {
    expect(defaultCommon(14)).toMatchObject({ gradientAccumulation: 1, epochs: 8 })
    expect(defaultCommon(99)).toMatchObject({ gradientAccumulation: 1, epochs: 2 })
    expect(defaultCommon(1000)).toMatchObject({ gradientAccumulation: 4, epochs: 1 })
  })

  it('follow from the values that are given', () => {
    expect(defaultCommon(99, { gradientAccumulation: 8 })).toMatchObject({ epochs: 9 })
    expect(defaultCommon(14, { lora: false }).learningRate).toBeLessThan(
      defaultCommon(14).learningRate,
    )
  })
})

describe('typed values', () => {
  it('are told apart into common and own ones', () => {
    expect(
      parseHyperparameters('dpo', 14, { beta: '0.3', learningRate: '1e-5', maxSteps: '7' }),
    ).toMatchObject({
      success: true,
      values: { own: { beta: 0.3, loss: 'sigmoid' }, common: { learningRate: 1e-5, maxSteps: 7 } },
    })
    expect(parseHyperparameters('dpo', 14, { maxSteps: 'null', lora: 'false' })).toMatchObject({
      values: { common: { maxSteps: null, lora: false } },
    })
  })

  it.each([
    ['learningRate', 'fast', 'learningRate must be a number.'],
    ['epochs', '0', 'epochs must be greater than 0.'],
    ['batchSize', '1.5', 'batchSize must be a whole number.'],
    ['heldOut', '0.9', 'heldOut must be at most 0.5.'],
    ['cutOff', 'drop', 'cutOff must be "leave-out" or "keep".'],
    ['lora', 'maybe', 'lora must be true or false.'],
    ['seed', '4294967296', 'seed must be at most 4294967295.'],
    ['beta', '0', 'beta must be greater than 0.'],
    ['accelerateConfig', 'here.yaml', 'accelerateConfig must be an absolute path.'],
    [
      'labelSmoothing',
      '0.1',
      'labelSmoothing has no effect on the loss sigmoid; it has on exo_pair, robust, aot, aot_unpaired.',
    ],
  ])('%s=%s is refused in plain words', (key, value, message) => {
    expect(parseHyperparameters('dpo', 14, { [key]: value })).toEqual({ success: false, message })
  })

  it('are refused where the method cannot do with them', () => {
    expect(parseHyperparameters('dpo', 14, { loss: 'exo_pair', labelSmoothing: '0' })).toEqual({
      success: false,
      message: 'The loss exo_pair needs a labelSmoothing above 0.',
    })
    expect(
      parseHyperparameters('dpo', 14, { loss: 'robust', labelSmoothing: '0.1' }),
    ).toMatchObject({ success: true, values: { own: { loss: 'robust', labelSmoothing: 0.1 } } })
  })

  it('name the known keys when one is unknown', () => {
    const parsed = parseHyperparameters('dpo', 14, { learningrate: '1' })
    expect(parsed).toMatchObject({
      success: false,
      message: expect.stringMatching(
        /^Unknown key: learningrate\. Valid keys: beta, .*seed/,
      ) as unknown,
    })
  })

  it('have a description each, in every method', () => {
    for (const method of METHOD_IDS)
      for (const [key, description] of hyperparameterDescriptions(method))
        expect(description, key).toMatch(/\.$/)
  })
})

describe('the plan', () => {
  it('is one line', () => {
    expect(planSentence({ kind: 'pairs', rows: 14, heldOut: 0, steps: 56, seconds: 250 })).toBe(
      '14 pairs, 56 steps, about 4 minutes',
    )
    expect(planSentence({ kind: 'pairs', rows: 14, heldOut: 2, steps: 1, seconds: 22 })).toBe(
      '14 pairs, 2 of them held out, 1 step, about 20 seconds',
    )
    expect(planSentence({ kind: 'pairs', rows: 9000, heldOut: 0, steps: 5, seconds: 9000 })).toBe(
      '9000 pairs, 5 steps, about 3 hours',
    )
    expect(planSentence({ kind: 'labelled', rows: 28, heldOut: 2, steps: 5, seconds: null })).toBe(
      '28 responses, 2 of them held out, 5 steps',
    )
  })

  it('takes its time from the latest earlier run of the same kind', () => {
    const file = runFile()
    const larger = { ...file, common: { ...file.common, batchSize: 4 } }
    const other = { ...file, model: '/m/other' }
    const earlier = [
      { file, secondsPerStep: 9 },
      { file, secondsPerStep: 2 },
      { file: other, secondsPerStep: 100 },
    ]
    expect(estimatedSeconds(file, 50, earlier)).toBe(100)
    expect(estimatedSeconds(larger, 50, earlier)).toBe(200)
    expect(estimatedSeconds(file, 50, [{ file: other, secondsPerStep: 1 }])).toBeNull()
  })
})
