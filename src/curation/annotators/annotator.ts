// Who annotates without a person at the keyboard: a function of a comparison.
import type { Preference } from '../../shared/domain'
import type { Comparison } from '../labelling/comparison'

/**
 * What is preferred in a comparison; null where the annotator has no opinion. Rejects when `signal`
 * aborts, where it takes long.
 */
export type Annotator = (comparison: Comparison, signal: AbortSignal) => Promise<Preference | null>
