// The pools of a simulation as numbers, so that worker threads share them cheaply.
import type { PooledText } from '../../shared/selectionProtocol'
import { similaritiesOf } from '../aepo/similarity'
import type { GroupFeatures } from '../selection/features/features'
import { guardPool, REPEATED_UNDER } from '../selection/guard'
import type { Judged } from './judgement'

/**
 * One prompt with its responses, followed by degenerate texts. Candidates are numbered across
 * both; scores and outcomes count degenerate ones as worse than all responses.
 */
export interface SimulatedPrompt {
  /** Number of responses; candidates from here on are degenerate. */
  genuine: number
  /** Row-major, one row of features per candidate. */
  features: Float64Array
  /** Cosines of all candidates, row-major; 1 on the diagonal. */
  similarities: Float64Array
  scores: Float64Array
  /** Row-major: 1 if candidate i is preferred to j, −1 if j is, 0 for a tie. */
  outcomes: Int8Array
  /** Whether the guard keeps the candidate. */
  kept: boolean[]
}

export interface SimulationData {
  /** Features per candidate. */
  dim: number
  prompts: SimulatedPrompt[]
  /** Scores that differ by less than this hardly differ. */
  nearTie: number
}

/** A prompt's responses with their judgements, and all its candidates as texts and vectors. */
export interface PromptMaterial {
  judged: Judged
  /** Texts of all candidates: the responses, then degenerate ones. */
  texts: readonly string[]
  /** Row-major, one row per candidate. */
  vectors: Float32Array
}

/** Share of the range of scores, from the 5th to the 95th percentile, that is a near tie. */
const NEAR_TIE = 0.1

/**
 * @param materials one for each prompt, at least one response among them.
 * @param vectorDim numbers in a vector.
 * @param features one group for each prompt, in the same order.
 * @param guard whether the guard removes candidates.
 */
export function simulationData(
  materials: readonly PromptMaterial[],
  vectorDim: number,
  features: GroupFeatures,
  guard: boolean,
): SimulationData {
  const all = materials.flatMap(({ judged }) => judged.scores).sort((a, b) => a - b)
  const at = (share: number): number => all[Math.round(share * (all.length - 1))]!
  const lowest = at(0)
  const repeated = {
    responses: repeatedIn(materials, ({ judged }) => judged.texts),
    all: repeatedIn(materials, ({ texts }) => texts),
  }
  const prompts = materials.map((material, i): SimulatedPrompt => {
    const { judged, texts, vectors } = material
    const size = texts.length
    const genuine = judged.texts.length
    const scores = Float64Array.from(texts, (_, c) => judged.scores[c] ?? lowest)
    const outcomes = new Int8Array(size * size)
    for (let a = 0; a < size; a++)
      for (let b = 0; b < size; b++)
        outcomes[a * size + b] =
          a < genuine && b < genuine
            ? judged.outcomes[a * genuine + b]!
            : Number(a < genuine) - Number(b < genuine)
    return {
      genuine,
      features: features.groups[i]!,
      similarities: cosines(vectors, vectorDim),
      scores,
      outcomes,
      kept: keptBy(material, repeated, guard),
    }
  })
  return { dim: features.dim, prompts, nearTie: NEAR_TIE * (at(0.95) - at(0.05)) }
}

/** @param counted the texts of a prompt that count. */
function repeatedIn(
  materials: readonly PromptMaterial[],
  counted: (material: PromptMaterial) => readonly string[],
): string[] {
  const counts = new Map<string, number>()
  for (const material of materials)
    for (const text of new Set(counted(material).map((one) => one.trim())))
      counts.set(text, (counts.get(text) ?? 0) + 1)
  return [...counts].filter(([, count]) => count >= REPEATED_UNDER).map(([text]) => text)
}

/**
 * The guard sees all candidates of a prompt at once, not each pool that is drawn from them. It
 * judges responses as if no degenerate text were there: most simulations draw none.
 */
function keptBy(
  { texts, judged }: PromptMaterial,
  repeated: { responses: string[]; all: string[] },
  enabled: boolean,
): boolean[] {
  const genuine = judged.texts.length
  const own = keptOf(texts.slice(0, genuine), repeated.responses, enabled)
  if (texts.length === genuine) return own
  return [...own, ...keptOf(texts, repeated.all, enabled).slice(genuine)]
}

function keptOf(texts: readonly string[], repeatedTexts: string[], enabled: boolean): boolean[] {
  const pool = texts.map((text, i): PooledText => ({
    id: String(i),
    text,
    isCutOff: false,
    isSeen: false,
  }))
  const kept = new Set(guardPool(pool, { repeatedTexts, enabled, k: 2 }).kept)
  return texts.map((_, i) => kept.has(i))
}

function cosines(vectors: Float32Array, dim: number): Float64Array {
  const similarities = similaritiesOf(vectors, dim)
  const { size } = similarities
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    matrix.set(similarities.row(i), i * size)
    matrix[i * size + i] = 1
  }
  return matrix
}
