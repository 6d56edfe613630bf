import { expect, test } from 'vitest'
import { coresOf } from '../../../bench/support/processor'

test.each([
  ['AuthenticAMD', 25, 17, 'Zen 4'],
  ['AuthenticAMD', 25, 1, 'Zen 3'],
  ['AuthenticAMD', 26, 2, 'Zen 5'],
  ['GenuineIntel', 6, 143, 'Sapphire Rapids'],
  ['GenuineIntel', 6, 1, null],
])('%s, family %d, model %d', (vendor, family, model, cores) =>
  expect(
    coresOf(
      `vendor_id\t: ${vendor}\ncpu family\t: ${family}\nmodel\t\t: ${model}\nmodel name\t: x\n`,
    ),
  ).toBe(cores),
)
