// Pooling of token vectors to one text vector, as the model's sentence-transformers configuration
// says.
import { failureError } from '../../shared/errors'
import { readModelJson } from '../models/modelFolder'

const POOLING_FILE = '1_Pooling/config.json'

/**
 * Selects, from the row-major token vectors of `dim` numbers, those whose mean is the text vector.
 */
export type Pooling = (values: Float32Array, dim: number) => Float32Array

const all: Pooling = (values) => values
const first: Pooling = (values, dim) => values.subarray(0, dim)
const last: Pooling = (values, dim) => values.subarray(-dim)

/**
 * By the name after `pooling_mode_` (older files) or the value of `pooling_mode`. `mean_sqrt_len`
 * differs from the mean by a factor only, which scaling to length 1 removes.
 */
const POOLINGS: Readonly<Record<string, Pooling>> = {
  mean_tokens: all,
  mean: all,
  mean_sqrt_len_tokens: all,
  cls_token: first,
  cls: first,
  lasttoken: last,
}

/**
 * The model's pooling; the mean of all tokens without a configuration file.
 * @throws FailureError `bad-input` for a pooling that is not supported.
 */
export async function readPooling(folder: string): Promise<Pooling> {
  const config = await readModelJson(folder, POOLING_FILE, true)
  const { pooling_mode: named } = config
  const flags = Object.keys(config)
    .filter((key) => key.startsWith('pooling_mode_') && config[key] === true)
    .map((key) => key.slice('pooling_mode_'.length))
  const modes = typeof named === 'string' ? [named] : flags
  const [mode, ...others] = modes
  if (mode === undefined) return all
  const pooling = others.length === 0 ? POOLINGS[mode] : undefined
  if (pooling) return pooling
  throw failureError(
    'bad-input',
    `The model's pooling is not known here: ${modes.join(' and ')}.`,
    {
      where: folder,
      remedy: 'Choose a sentence embedding model that takes the mean, the first or the last token.',
    },
  )
}
