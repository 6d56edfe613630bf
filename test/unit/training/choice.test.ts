// Changes in the form before a training run, and the command that does the same.
import { expect, it } from 'vitest'
import { trainCommand, type TrainingChoice, withChange } from '../../../src/core/training/choice'

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

it('what is unknown changes nothing', () => {
  expect(withChange(CHOICE, { do: 'preset', preset: 'none' })).toEqual(CHOICE)
  expect(withChange(CHOICE, { do: 'method', method: 'none' })).toEqual(CHOICE)
})

it('the command names what was set, quoted where it has spaces', () => {
  const model = 'my models/tiny'
  expect(trainCommand('a b.aepo.json', { ...CHOICE, model })).toBe(
    'aepo train "a b.aepo.json" --model "my models/tiny" --method dpo --set beta=0.2',
  )
})
