// The log of a run names figures as charts and tables do.
import { expect, it } from 'vitest'
import { figureText } from '../../../src/core/training/charts/figureText'
import { LogText } from '../../../src/core/training/logText'
import { methodOf } from '../../../src/core/training/methods/table'

const LOG = [
  'device: cpu',
  'step 0/8  held out: heldOutLoss 0.6931  heldOutMargin 0',
  'step 1/8  loss 0.6931  rewardMargin 9.906e-06  logpChosen -180.3  other 1',
  'step 2/8  loss not a number',
  'step 2/8  checkpoint saved',
  'loss 3 is no figure here',
  '',
].join('\n')

const SHOWN = [
  'device: cpu',
  'step 0/8  Held-out loss 0.6931  Held-out margin 0',
  'step 1/8  Loss 0.6931  Reward margin 9.9e-6  Log-probability of chosen -180.3  other 1',
  'step 2/8  Loss not a number',
  'step 2/8  checkpoint saved',
  'loss 3 is no figure here',
  '',
].join('\n')

it.each([1, 2, 7, 1000])('has labels and rounded figures, in pieces of %i', (size) => {
  const log = new LogText(methodOf('dpo').figures)
  const pieces = LOG.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? []
  expect(pieces.map((piece) => log.take(piece)).join('')).toBe(SHOWN)
})

it('shows at once what is no line of a step, such as a bar of a download', () => {
  const log = new LogText(methodOf('dpo').figures)
  expect(log.take('model.safetensors:  10%\r')).toBe('model.safetensors:  10%\r')
  expect(log.take('model.safetensors: 100%\r\nstep 1/2  lo')).toBe('model.safetensors: 100%\r\n')
  expect(log.take('ss 1\r\n')).toBe('step 1/2  Loss 1\r\n')
})

it('writes one figure in one way', () => {
  expect([0, 0.25, -1234.56, 9.906e-6, -2e-4].map((value) => figureText(value))).toEqual([
    '0',
    '0.25',
    '-1235',
    '9.9e-6',
    '-2e-4',
  ])
  expect(figureText(1234.56, 'de-DE')).toBe('1.235')
})
