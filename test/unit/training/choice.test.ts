// Changes in the form before a training run, and the command that does the same.
import { expect, it } from 'vitest'
import { METHOD_IDS } from '../../../src/core/training/methods/table'
import {
  trainCommand,
  trainCommandLines,
  type TrainingChoice,
  withChange,
} from '../../../src/core/training/settings/choice'
import { parseHyperparameters } from '../../../src/core/training/settings/hyperparameters'
import { PRESETS } from '../../../src/core/training/settings/presets'

const CHOICE: TrainingChoice = { model: 'org/model', method: 'dpo', changed: { beta: '0.2' } }

it('a value is set and reset', () => {
  const set = withChange(CHOICE, { do: 'set', key: 'epochs', value: '3' })
  expect(set.changed).toEqual({ beta: '0.2', epochs: '3' })
  expect(withChange(set, { do: 'set', key: 'beta', value: null }).changed).toEqual({ epochs: '3' })
})

it('a preset takes the place of all values', () => {
  expect(withChange(CHOICE, { do: 'preset', preset: 'quick' }).changed).toMatchObject({
    maxSteps: '10',
  })
  expect(withChange(CHOICE, { do: 'preset', preset: 'quick' }).changed).not.toHaveProperty('beta')
  expect(withChange(CHOICE, { do: 'preset', preset: 'default' }).changed).toEqual({})
})

it.each(METHOD_IDS)('every preset can be taken for the method %s', (method) => {
  for (const { id, values } of PRESETS)
    expect(parseHyperparameters(method, 14, values).success, id).toBe(true)
})

it('several GPUs share the steps of one', () => {
  const rowsOfStep = (preset: string): number => {
    const { changed } = withChange(CHOICE, { do: 'preset', preset })
    const { batchSize, gradientAccumulation, processes = '1' } = changed
    return Number(batchSize) * Number(gradientAccumulation) * Number(processes)
  }
  expect(rowsOfStep('gpus')).toBe(rowsOfStep('gpu'))
})

it('what is unknown changes nothing', () => {
  expect(withChange(CHOICE, { do: 'preset', preset: 'none' })).toEqual(CHOICE)
  expect(withChange(CHOICE, { do: 'method', method: 'none' })).toEqual(CHOICE)
})

it('the command names what was set, quoted where it has spaces', () => {
  const model = 'my models/tiny'
  expect(trainCommand('a b.aepo.json', { ...CHOICE, model })).toBe(
    "aepo train 'a b.aepo.json' --model 'my models/tiny' --method dpo --set beta=0.2",
  )
})

it('a shell expands nothing in the command', () => {
  const model = '/models/$HOME`id`'
  expect(trainCommand('a.aepo.json', { ...CHOICE, model })).toContain(`--model '${model}'`)
  expect(trainCommandLines("it's.aepo.json", CHOICE)).toContain(
    String.raw`aepo train 'it'\''s.aepo.json' \
    --model org/model`,
  )
})

it('rounds are chosen one by one, at least one; all of them are no choice', () => {
  const round = (of: TrainingChoice, number: number, isChosen: boolean): TrainingChoice =>
    withChange(of, { do: 'round', round: number, isChosen }, [1, 2, 3])
  const some = round(round(CHOICE, 1, false), 3, false)
  expect(some.rounds).toEqual([2])
  expect(round(some, 2, false)).toEqual(some)
  expect(round(some, 3, true).rounds).toEqual([2, 3])
  expect(round(round(some, 3, true), 1, true).rounds).toBeUndefined()
  expect(trainCommand('a.aepo.json', { ...some, rounds: [2, 3] })).toContain("--rounds '2,3'")
})
