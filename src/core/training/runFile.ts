// `runs/<id>/run.json`: what a run was asked to do. Written by this project, read by it and by the
// runner in training/.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import type { Failure } from '../../shared/errors'
import type { OwnHyperparameters } from './methods/method'
import { METHODS, type MethodId } from './methods/table'
import { commonSchema, type CommonHyperparameters } from './settings/hyperparameters'
import { issueSentence } from './settings/issues'

/** Name of the data set within the run's folder. */
export const DATA_FILE = 'data.jsonl'

export interface RunFile {
  version: 1
  id: string
  method: MethodId
  /** The round of the curation at the start of the run; absent in the first. */
  round?: number
  /** The rounds whose annotations are trained on, as `--rounds` takes them; absent for all. */
  rounds?: string
  /** The annotators whose preferences are trained on, with commas; absent for all but judges. */
  annotators?: string
  model: string
  dataset: typeof DATA_FILE
  datasetSha256: string
  common: CommonHyperparameters
  own: OwnHyperparameters
}

const variants = Object.values(METHODS).map(({ id, own }) =>
  z.strictObject({
    version: z.literal(1),
    id: z.string().min(1).describe('The name of the run’s folder.'),
    method: z.literal(id),
    round: z
      .int()
      .min(2)
      .exactOptional()
      .describe('The round of the curation at the start of the run; absent in the first.'),
    rounds: z
      .string()
      .min(1)
      .exactOptional()
      .describe('The rounds whose annotations are trained on, such as 1,2; absent for all.'),
    annotators: z
      .string()
      .min(1)
      .exactOptional()
      .describe('Whose preferences are trained on, with commas; absent for all but the judges.'),
    model: z.string().min(1).describe('An absolute folder in Hugging Face format, or a hub id.'),
    dataset: z.literal(DATA_FILE).describe('The rows, relative to the run’s folder.'),
    datasetSha256: z.string().length(64).describe('Hex SHA-256 of the bytes of the rows.'),
    common: commonSchema.describe('The hyper-parameters that every method has.'),
    own: own.describe('The hyper-parameters of the method.'),
  }),
)

export const runFileSchema = z.discriminatedUnion(
  'method',
  variants as [(typeof variants)[number], ...typeof variants],
) as unknown as z.ZodType<RunFile>

/** @param where the file's path, for the failure. */
export function parseRunFile(
  text: string,
  where: string,
): { success: true; file: RunFile } | { success: false; failure: Failure } {
  const fail = (message: string): { success: false; failure: Failure } => ({
    success: false,
    failure: {
      code: 'bad-input',
      where,
      message: l10n.t`This file does not describe a training run: ${message}`,
      remedy: l10n.t('Restore the file, or start a new run.'),
    },
  })
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch {
    return fail(l10n.t('it is not JSON.'))
  }
  const parsed = runFileSchema.safeParse(json)
  if (parsed.success) return { success: true, file: parsed.data }
  return fail(parsed.error.issues.map((issue) => issueSentence(issue)).join(' '))
}
