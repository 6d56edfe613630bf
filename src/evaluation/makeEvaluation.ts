// Makes an evaluation, or finds the one that was made with the same settings.
import * as l10n from '@vscode/l10n'
import { isDeepStrictEqual } from 'node:util'
import { createHash } from 'node:crypto'
import type { EvaluationFile, EvaluationSettings } from '../core/formats/evaluationFile'
import { canonicalJson } from '../core/formats/ids'
import type { ModelChoice } from '../core/formats/modelSettings'
import type { Curation } from '../curation/curation'
import type { Prompt } from '../shared/domain'
import { failureError } from '../shared/errors'
import { evaluationIds, makeEvaluation, readEvaluation } from '../store/evaluationFolder'
import { loadPrompts } from '../store/promptFile'
import { heldOutOf } from './trainedOn'

export interface EvaluationRequest {
  a: ModelChoice
  b: ModelChoice
  /** Responses of each model per prompt. */
  responses: number
  /** A file of other prompts, and its name as it was given; by default held-out prompts. */
  prompts?: { file: string; name: string }
  /** At most so many prompts. */
  limit?: number
  /** Another one where there is one with these settings. */
  isNew?: boolean
}

/**
 * @returns the id of the evaluation, and whether it was made now.
 * @throws FailureError `bad-input` for twice the same model, and where no prompt is held out; those
 *   of the file of prompts.
 */
export async function findOrMakeEvaluation(
  curation: Curation,
  request: EvaluationRequest,
): Promise<{ id: string; isNew: boolean }> {
  const { a, b } = request
  if (canonicalJson(a) === canonicalJson(b))
    throw failureError('bad-input', l10n.t('Both models are the same.'), {
      where: a.model,
      remedy: l10n.t('Name another model to compare it with.'),
    })
  const settings = settingsOf(curation, request)
  const prompts = await promptsOf(curation, request)
  const known = request.isNew === true ? undefined : await sameEvaluation(curation, settings)
  if (known !== undefined) return { id: known, isNew: false }
  const createdAt = curation.now().toISOString()
  const id = await makeEvaluation(curation.paths, { version: 1, createdAt, ...settings }, prompts)
  return { id, isNew: true }
}

function settingsOf(
  { settings }: Curation,
  { a, b, responses, prompts, limit }: EvaluationRequest,
): EvaluationSettings {
  const { n, ...sampling } = settings.sampling
  const most = limit === undefined ? {} : { limit }
  return {
    a,
    b,
    responses,
    sampling,
    prompts: prompts
      ? { from: 'file', file: prompts.name, ...most }
      : { from: 'held-out', ...most },
  }
}

/** Of the last one with these settings. */
async function sameEvaluation(
  { paths }: Curation,
  wanted: EvaluationSettings,
): Promise<string | undefined> {
  for (const id of (await evaluationIds(paths)).reverse()) {
    const file = await readEvaluation(paths, id).catch(() => null)
    if (file && isDeepStrictEqual(plain(wanted), plain(file))) return id
  }
  return undefined
}

/** What two evaluations are compared by. */
const plain = ({
  a,
  b,
  responses,
  sampling,
  prompts,
}: EvaluationSettings | EvaluationFile): unknown =>
  JSON.parse(JSON.stringify({ a, b, responses, sampling, prompts }))

async function promptsOf(
  curation: Curation,
  { a, b, prompts, limit = Infinity }: EvaluationRequest,
): Promise<readonly Prompt[]> {
  if (prompts) {
    const reading = { fields: curation.settings.fields, table: {} }
    return someOf((await loadPrompts(prompts.file, reading)).prompts, limit)
  }
  const heldOut = await heldOutOf(curation, [a, b])
  if (heldOut.length > 0) return someOf(heldOut, limit)
  throw failureError('bad-input', l10n.t('No prompt of the curation is held out.'), {
    where: curation.paths.prompts,
    remedy: l10n.t('Name a file of other prompts.'),
  })
}

/** Those with the smallest hashes, in file order: a larger limit only adds prompts. */
function someOf(prompts: readonly Prompt[], limit: number): readonly Prompt[] {
  if (prompts.length <= limit) return prompts
  const hashOf = ({ id }: Prompt): string =>
    createHash('sha256').update(`evaluation ${id}`).digest('hex')
  const last = prompts.map(hashOf).toSorted()[limit] ?? ''
  return prompts.filter((prompt) => hashOf(prompt) < last)
}
