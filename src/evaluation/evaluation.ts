// An evaluation: two models that answer the same held-out prompts, and blind votes on their
// responses. Its pools and labels are those of a curation of its own, in a folder of the curation.
import type { CurationFile } from '../core/formats/curationFile'
import type { EvaluationFile } from '../core/formats/evaluationFile'
import type { ModelChoice } from '../core/formats/modelSettings'
import { modelName } from '../curation/engine'
import { Curation, type OpenOptions } from '../curation/curation'
import type { ModelSide } from '../shared/evaluation'
import type { PerPrompt } from '../curation/perPrompt'
import { evaluationPaths, readEvaluation } from '../store/evaluationFolder'
import { type VotedPair, votedPairs } from './votedPairs'

export interface Evaluation {
  readonly file: EvaluationFile
  /**
   * Its prompts, responses and votes: A and B are generators of equal share, and each selection is
   * a pair of their responses.
   */
  readonly data: Curation
  readonly voted: PerPrompt<VotedPair>
  /** What A and B are called; different names. */
  readonly names: Readonly<Record<ModelSide, string>>
}

/**
 * @param options the annotator is who votes.
 * @throws FailureError `not-found` or `bad-input` of its files.
 */
export async function openEvaluation(
  curation: Pick<Curation, 'paths' | 'settings'>,
  id: string,
  options: OpenOptions,
): Promise<Evaluation> {
  const file = await readEvaluation(curation.paths, id)
  const paths = evaluationPaths(curation.paths, id)
  const settings = settingsOf(file, curation.settings)
  const data = await Curation.openParts({ settings, paths }, options)
  return { file, data, voted: votedPairs(data), names: sideNames(file) }
}

function settingsOf(file: EvaluationFile, curation: CurationFile): CurationFile {
  const { a, b, responses, sampling } = file
  const { rounds, promptParts, ...settings } = curation
  return {
    ...settings,
    fields: {},
    table: {},
    generator: [
      { ...a, share: 1 },
      { ...b, share: 1 },
    ],
    sampling: { ...sampling, n: 2 * responses },
    selection: { ...settings.selection, method: 'aepo', k: 2, guard: false },
    annotation: { ...settings.annotation, budget: Number.MAX_SAFE_INTEGER, blind: true },
  }
}

/** Models with one name are told apart by all that is known of them. */
function sideNames({ a, b }: Pick<EvaluationFile, ModelSide>): Record<ModelSide, string> {
  const short = { a: modelName(a.model), b: modelName(b.model) }
  if (short.a !== short.b) return short
  const whole = { a: wholeName(a), b: wholeName(b) }
  return whole.a === whole.b ? { a: `${whole.a} (A)`, b: `${whole.b} (B)` } : whole
}

const wholeName = ({ model, server }: ModelChoice): string =>
  server === undefined ? model : `${model} @ ${server}`
