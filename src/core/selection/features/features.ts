// The features of a response that rewards are linear in: its vector along principal components,
// products of these with the prompt's, and its length and style.
import type { EmbeddedResponses, FeatureSpace } from '../../../shared/selectionProtocol'
import { type Components, coordinates, withinGroupComponents } from './principalComponents'
import { STYLE_FEATURES, styleOf } from './style'

/** Most components of each kind. */
const COMPONENTS = 24
/** Of the components together, and of the products; chosen by held-out accuracy. */
const SEMANTIC_VARIANCE = 1 / 16

export interface EmbeddedGroup extends EmbeddedResponses {
  /** The first so many texts fix components, means and scales; by default all. */
  genuine?: number
}

export interface GroupFeatures {
  /** Features per response. */
  dim: number
  /** Row-major, one array per group in their order. */
  groups: Float64Array[]
}

/**
 * Features of all responses, in the space that the same responses define.
 * @param dim numbers per vector.
 */
export function featuresOf(groups: readonly EmbeddedGroup[], dim: number): GroupFeatures {
  const { space, rows } = definedBy(groups, dim)
  for (const each of rows) scale(each, space)
  return { dim: featureCount(space), groups: rows }
}

/**
 * Components and scales such that, over the genuine texts, style features have equal variances,
 * which sum to 1; components and products keep the proportions of theirs, which sum to
 * {@link SEMANTIC_VARIANCE} each.
 */
export const featureSpace = (groups: readonly EmbeddedGroup[], dim: number): FeatureSpace =>
  definedBy(groups, dim).space

/** The space that groups define, with their centred features before they are scaled. */
function definedBy(
  groups: readonly EmbeddedGroup[],
  dim: number,
): { space: FeatureSpace; rows: Float64Array[] } {
  const components = withinGroupComponents(
    groups.map((group) => group.vectors.subarray(0, genuineIn(group) * dim)),
    dim,
    COMPONENTS,
  )
  const rows = groups.map((group) => centredFeatures(group, dim, components))
  const variances = variancesOf(rows, sizeOf(components), groups.map(genuineIn))
  return { space: { components, factors: factorsOf(variances, components.length) }, rows }
}

/** Row-major, one row per text, centred on the mean of the prompt: only differences matter. */
export function featuresIn(space: FeatureSpace, group: EmbeddedGroup, dim: number): Float64Array {
  const rows = centredFeatures(group, dim, space.components)
  scale(rows, space)
  return rows
}

function scale(rows: Float64Array, { factors }: FeatureSpace): void {
  for (let i = 0; i < rows.length; i++) rows[i]! *= factors[i % factors.length]!
}

/** Features per response. */
export const featureCount = ({ factors }: FeatureSpace): number => factors.length

const genuineIn = ({ texts, genuine = texts.length }: EmbeddedGroup): number => genuine

const sizeOf = (components: Components): number => 2 * components.length + STYLE_FEATURES

function centredFeatures(group: EmbeddedGroup, dim: number, components: Components): Float64Array {
  const rows = rawFeatures(group, dim, components)
  centre(rows, sizeOf(components), genuineIn(group))
  return rows
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

function variancesOf(
  groups: readonly Float64Array[],
  size: number,
  genuine: readonly number[],
): Float64Array {
  const count = genuine.reduce((sum, own) => sum + own, 0)
  const variances = new Float64Array(size)
  groups.forEach((rows, g) => {
    for (let i = 0; i < genuine[g]! * size; i++) variances[i % size]! += rows[i]! ** 2 / count
  })
  return variances
}

/** @param components the number of components, which is also that of products. */
function factorsOf(variances: Float64Array, components: number): Float64Array {
  const factor = (share: number, variance: number): number =>
    variance > 1e-12 ? Math.sqrt(share / variance) : 0
  const total = (from: number, to: number): number =>
    variances.subarray(from, to).reduce((sum, variance) => sum + variance, 0)
  const ofComponents = factor(SEMANTIC_VARIANCE, total(0, components))
  const ofProducts = factor(SEMANTIC_VARIANCE, total(components, 2 * components))
  return variances.map((variance, i) =>
    i < components
      ? ofComponents
      : i < 2 * components
        ? ofProducts
        : factor(1 / STYLE_FEATURES, variance),
  )
}
