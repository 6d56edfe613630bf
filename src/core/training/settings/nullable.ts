// Values that may be null, also where they are typed.
import { z } from 'zod'

/** Takes the word "null" as null. */
export const nullable = <T extends z.ZodType>(schema: T): z.ZodPreprocess<z.ZodNullable<T>> =>
  z.preprocess((value) => (value === 'null' ? null : value), schema.nullable())
