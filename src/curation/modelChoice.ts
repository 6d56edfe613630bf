// Models that a curation did not name, with the template options of its generator.
import {
  DEFAULT_CONCURRENCY,
  type GeneratorShare,
  type ModelChoice,
} from '../core/formats/modelSettings'
import { carriedSettings } from './beginRound'
import type { Curation } from './curation'

/** A model on this machine. */
export const localChoice = (curation: Curation, model: string): ModelChoice => ({
  model,
  device: 'auto',
  ...carriedSettings(curation),
})

/** A model behind a server. */
export function servedChoice(curation: Curation, server: string, model: string): ModelChoice {
  const { device, ...carried } = carriedSettings(curation)
  return { server, model, concurrency: DEFAULT_CONCURRENCY, ...carried }
}

export function withoutShare({ share, ...choice }: GeneratorShare): ModelChoice {
  return choice
}
