// Hyper-parameters that several methods have.
import { z } from 'zod'
import { nullable } from '../settings/nullable'

export const beta = (value: number): z.ZodDefault<z.ZodCoercedNumber> =>
  z.coerce
    .number()
    .gt(0)
    .default(value)
    .describe('β: how strongly the trained model is kept close to the reference model.')

export const flag = z.preprocess(
  (value) => (value === 'true' || value === 'false' ? value === 'true' : value),
  z.boolean(),
)

/** The key of {@link previousRun}. */
export const PREVIOUS = 'previous'

/** The run that a run continues from. The runner checks that there is one. */
export const previousRun = nullable(z.string().min(1))
  .default(null)
  .describe(
    'The run that this one continues from: the name of its folder in runs. None without a value.',
  )
