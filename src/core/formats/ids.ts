// Ids: what each record is called. They follow from content, so the same work done twice gives the
// same ids.
// Invariant I13.
import { createHash } from 'node:crypto'
import type { Learned, Message, SamplingSettings, Selection } from '../../shared/domain'
import { isRecord } from '../text/values'
import type { JudgeSettings } from './judgeSettings'
import type { GeneratorShare } from './modelSettings'
import type { GenerationRecord } from './records'

/** 64 bits: among a million ids the odds of two alike are 3 in 10⁸. */
const ID_LENGTH = 16

/** Hash of a prompt's messages: 16 hex digits. */
export function promptId(messages: readonly Message[]): string {
  return hashOf(messages.map(({ role, content }) => ({ role, content })))
}

/** `<promptId>-<round>-<index>`. */
export function candidateId(prompt: string, round: number, index: number): string {
  return `${prompt}-${round}-${index}`
}

/** Identifies a candidate's text where an id could come to name another text: 16 hex digits. */
export function textHash(text: string): string {
  return sha256(JSON.stringify(text))
}

/**
 * Hash of what defines a selection: which candidates of which pool, with which texts, and how they
 * were chosen, by which annotations where it learned from some. Not its terms, which follow, and
 * not λ unless it was read.
 */
export function selectionId({
  promptId: prompt,
  round,
  candidateIds,
  textHashes,
  method,
  k,
  lambda,
  guard,
  n,
  learned,
  after,
}: Omit<Selection, 'id'>): string {
  const settings = {
    method,
    k,
    ...(usesLambda({ method, learned }) ? { lambda } : {}),
    ...(guard === undefined ? {} : { guard }),
    ...(learned?.from ? { learned: [learned.from.annotations, learned.from.features] } : {}),
  }
  return hashOf({ promptId: prompt, round, candidateIds, textHashes, ...settings, n, after })
}

/** Whether AEPO made a selection, for itself or for a rule that had too few labels. */
export const usesLambda = ({
  method,
  learned,
}: {
  method: Selection['method']
  learned?: Learned | undefined
}): boolean => method === 'aepo' || (learned !== undefined && learned.from === undefined)

/** Hash of ids in an order: of annotations, or of an embedder and of texts. */
export const idsHash = (ids: readonly string[]): string => hashOf(ids)

/** Hash of the settings candidates come from. */
export function generationId(settings: Omit<GenerationRecord, 'id'>): string {
  return hashOf(settings)
}

/**
 * Hash of what decides whether a generator takes a prompt: the model, where it is, and the sampling
 * settings but for the seed and the size of pools.
 */
export function generatorKey(
  generator: GeneratorShare,
  { n, seed, ...sampling }: SamplingSettings,
): string {
  const { share, concurrency, ...choice } = { concurrency: 0, ...generator }
  return hashOf({ ...choice, sampling })
}

/**
 * Hash of what decides the answers of a judge: its model, where it runs, and its prompt. Not what
 * only decides how many answers it gives.
 */
export function judgeVersion(settings: JudgeSettings, promptVersion: string | null): string {
  const { name, budget, tokens, prompt, concurrency, omit, device, ...decisive } = {
    prompt: undefined,
    concurrency: undefined,
    omit: undefined,
    device: undefined,
    ...settings,
  }
  return hashOf({ ...decisive, promptVersion })
}

/**
 * JSON with sorted keys and no spaces: equal values have equal texts. Keys that are undefined are
 * left out, as in JSON.
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    isRecord(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

/** Hash of any JSON value: 16 hex digits. */
export const hashOf = (value: unknown): string => sha256(canonicalJson(value))

const sha256 = (text: string): string =>
  createHash('sha256').update(text).digest('hex').slice(0, ID_LENGTH)
