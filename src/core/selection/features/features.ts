// The features of a response that rewards are linear in: its vector along principal components,
// products of these with the prompt's, and its length and style.
import { type Components, coordinates, withinGroupComponents } from './principalComponents'
import { STYLE_FEATURES, styleOf } from './style'

/** Most components of each kind. */
const COMPONENTS = 24

/** A prompt with its responses. */
export interface EmbeddedGroup {
  texts: readonly string[]
  /** Row-major, one row of `dim` numbers per text. */
  vectors: Float32Array
  promptVector: Float32Array
  /** The first so many texts fix components, means and scales. */
  genuine: number
}

export interface GroupFeatures {
  /** Features per response. */
  dim: number
  /** Row-major, one array per group in their order. */
  groups: Float64Array[]
}

/**
 * Features of all responses. Each is centred on the mean of its prompt and scaled to unit variance
 * within prompts, so that one prior fits all: only differences within a prompt matter.
 * @param dim numbers per vector.
 */
export function featuresOf(groups: readonly EmbeddedGroup[], dim: number): GroupFeatures {
  const components = withinGroupComponents(
    groups.map(({ vectors, genuine }) => vectors.subarray(0, genuine * dim)),
    dim,
    COMPONENTS,
  )
  const raw = groups.map((group) => rawFeatures(group, dim, components))
  const size = 2 * components.length + STYLE_FEATURES
  const counts = groups.map(({ genuine }) => genuine)
  raw.forEach((rows, i) => centre(rows, size, counts[i]!))
  scale(raw, size, counts)
  return { dim: size, groups: raw }
}

function rawFeatures(
  { texts, vectors, promptVector }: EmbeddedGroup,
  dim: number,
  components: Components,
): Float64Array {
  const prompt = coordinates(promptVector, components)
  const rows = texts.map((text, i) => {
    const own = coordinates(vectors.subarray(i * dim, (i + 1) * dim), components)
    return [...own, ...own.map((value, c) => value * prompt[c]!), ...styleOf(text)]
  })
  return Float64Array.from(rows.flat())
}

function centre(rows: Float64Array, size: number, genuine: number): void {
  for (let column = 0; column < size; column++) {
    let mean = 0
    for (let i = column; i < genuine * size; i += size) mean += rows[i]! / genuine
    for (let i = column; i < rows.length; i += size) rows[i]! -= mean
  }
}

function scale(groups: readonly Float64Array[], size: number, genuine: readonly number[]): void {
  const count = genuine.reduce((sum, own) => sum + own, 0)
  const squares = new Float64Array(size)
  groups.forEach((rows, g) => {
    for (let i = 0; i < genuine[g]! * size; i++) squares[i % size]! += rows[i]! ** 2
  })
  const factors = squares.map((sum) => (sum > 1e-12 ? Math.sqrt(count / sum) : 0))
  for (const rows of groups) for (let i = 0; i < rows.length; i++) rows[i]! *= factors[i % size]!
}
