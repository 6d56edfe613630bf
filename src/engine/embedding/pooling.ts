// How the vectors of a text's tokens become one: as the model's sentence-transformers configuration
// says.
import * as l10n from '@vscode/l10n'
import { failureError } from '../../shared/errors'
import { readModelJson } from '../models/modelFolder'

const POOLING_FILE = '1_Pooling/config.json'

/** The part of a text's row-major vectors of `dim` numbers whose mean it is. */
export type Pooling = (values: Float32Array, dim: number) => Float32Array

const all: Pooling = (values) => values
const first: Pooling = (values, dim) => values.subarray(0, dim)
const last: Pooling = (values, dim) => values.subarray(-dim)

/**
 * By the names in the file, `pooling_mode_…` of old, or `pooling_mode`. At length 1 the mean over
 * the root of the count is the mean.
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
 * The mean of all tokens where there is no such file. @throws FailureError `bad-input` for what is
 * not known here.
 */
export async function readPooling(folder: string): Promise<Pooling> {
  const config = await readModelJson(folder, POOLING_FILE, true)
  const { pooling_mode: named } = config
  const old = Object.keys(config)
    .filter((key) => key.startsWith('pooling_mode_') && config[key] === true)
    .map((key) => key.slice('pooling_mode_'.length))
  const modes = typeof named === 'string' ? [named] : old
  const [mode, ...others] = modes
  if (mode === undefined) return all
  const pooling = others.length === 0 ? POOLINGS[mode] : undefined
  if (pooling) return pooling
  throw failureError(
    'bad-input',
    l10n.t`The model's pooling is not known here: ${modes.join(' and ')}.`,
    {
      where: folder,
      remedy: l10n.t(
        'Choose a sentence embedding model that takes the mean, the first or the last token.',
      ),
    },
  )
}
