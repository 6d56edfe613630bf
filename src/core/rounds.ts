// What the rounds of a curation file are: the settings and the prompts of each.
import { createHash } from 'node:crypto'
import type { Prompt } from '../shared/domain'
import type { CurationFile } from './formats/curationFile'
import { generatorsOf, runOfModel } from './formats/modelSettings'

export interface RoundSettings {
  /** From 1. */
  number: number
  /** Those of the file, with the generator of the round. */
  settings: CurationFile
  /** The id of the training run whose model the round samples from; null where there is none. */
  run: string | null
}

/** All rounds of a file, the first one first. */
export function roundsOf(file: CurationFile): [RoundSettings, ...RoundSettings[]] {
  const others = (file.rounds ?? []).map(({ generator, run }, place) =>
    roundOf(place + 2, { ...file, generator }, run),
  )
  return [roundOf(1, file), ...others]
}

function roundOf(number: number, settings: CurationFile, run?: string): RoundSettings {
  const runs = generatorsOf(settings).flatMap(({ model }) => runOfModel(model) ?? [])
  return { number, settings, run: run ?? runs[0] ?? null }
}

/**
 * The prompts that a round samples for: all, or one of several parts by the hash of the prompt, so
 * that prompts which are added later move no others.
 * @param number of the round, from 1. After the last part the first one follows again.
 */
export function promptsOfRound(
  prompts: readonly Prompt[],
  number: number,
  parts: number,
): readonly Prompt[] {
  if (parts === 1) return prompts
  return prompts.filter(({ id }) => partOf(id, parts) === (number - 1) % parts)
}

/** Independent of the hash that decides which prompts are held out of training. */
const partOf = (promptId: string, parts: number): number =>
  createHash('sha256').update(`part ${promptId}`).digest().readUInt32LE(0) % parts
