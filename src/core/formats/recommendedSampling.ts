// Sampling settings for models that need other ones than the defaults of the curation file.
import type { SamplingSettings } from '../../shared/domain'
import type { CurationFileInput } from './curationFile'
import { EMBEDDED_GENERATOR } from './modelSettings'

/** By `generator.model`, as measured: see "Sampling" in models/README.md. */
const RECOMMENDED: ReadonlyMap<string, Partial<SamplingSettings>> = new Map([
  [EMBEDDED_GENERATOR, { temperature: 1, topP: 1, minP: 0.1 }],
])

/** A generator as written in a curation file, or as named by a user and not yet validated. */
type Generator = CurationFileInput['generator'] | { server?: string; model?: string }

/**
 * The recommended settings of a single local generator, to be written into a new curation file.
 * Empty for other models, for servers and for lists of generators.
 */
export function recommendedSampling(generator: Generator): Partial<SamplingSettings> {
  if (Array.isArray(generator) || generator?.server !== undefined) return {}
  return RECOMMENDED.get(generator?.model ?? EMBEDDED_GENERATOR) ?? {}
}
