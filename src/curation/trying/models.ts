// The models that can be tried, and the two that are tried first.
import { existsSync } from 'node:fs'
import * as l10n from '@vscode/l10n'
import { canonicalJson } from '../../core/formats/ids'
import {
  EMBEDDED_GENERATOR,
  type ModelChoice,
  runModel,
  runOfModel,
} from '../../core/formats/modelSettings'
import type { Curation } from '../curation'
import { modelName, resolveModel } from '../engine'
import { localChoice, withoutShare } from '../modelChoice'

export interface TriedModel {
  /** Unique among the models that are offered; no path of this machine. */
  id: string
  /** What a person calls it. */
  label: string
  choice: ModelChoice
}

/** A finished training run whose model generates responses. */
export interface FinishedRun {
  id: string
  /** The round of the curation at its start, from 1. */
  round: number
}

/** The generators of all rounds, the models of the runs, the embedded model: each once. */
export function offeredModels(curation: Curation, runs: readonly FinishedRun[]): TriedModel[] {
  const choices = [
    ...curation.rounds.flatMap(({ generators }) => generators.map(withoutShare)),
    ...runs.map((run) => runChoice(curation, run)),
    embedded(curation),
  ]
  return choices.reduce<TriedModel[]>((models, choice) => withModel(models, choice).models, [])
}

/** The models with one more, unless they have it. */
export function withModel(
  models: readonly TriedModel[],
  choice: ModelChoice,
): { models: TriedModel[]; id: string } {
  const known = models.find((one) => isSame(one.choice, choice))
  if (known) return { models: [...models], id: known.id }
  const label = labelOf(choice)
  const isTaken = models.some((one) => one.label === label)
  const model = { id: `model-${models.length}`, label, choice }
  if (isTaken) model.label = l10n.t`${label} (${models.length + 1})`
  return { models: [...models, model], id: model.id }
}

/**
 * The newest run, and what its round samples from. Without runs the present generator and an
 * earlier one. A place is undefined where there is no model for it.
 * @param named the id of a run, or any model, in the place of the newest run.
 */
export function firstChoices(
  curation: Curation,
  runs: readonly FinishedRun[],
  named?: string | ModelChoice,
): [ModelChoice, ModelChoice | undefined] {
  const wanted = typeof named === 'object' ? runOfModel(named.model) : (named ?? runs.at(-1)?.id)
  const run = runs.find(({ id }) => id === wanted)
  const latestFirst = curation.rounds
    .toReversed()
    .flatMap(({ generators }) => generators.map(withoutShare))
  const [present] = latestFirst
  const untrained = present ?? embedded(curation)
  const trained = typeof named === 'object' ? named : run ? runChoice(curation, run) : untrained
  const ofRound = curation.rounds.find(({ number }) => number === run?.round)?.generators ?? []
  const others = [...ofRound.map(withoutShare), ...latestFirst, embedded(curation)]
  const base = others.find((one) => !isSame(one, trained))
  return base ? [base, trained] : [trained, undefined]
}

/** Whether it is the model of a run that was not built on this machine. */
export const isNotBuilt = ({ paths }: Curation, { choice }: TriedModel): boolean =>
  runOfModel(choice.model) !== undefined &&
  choice.server === undefined &&
  !existsSync(resolveModel(choice.model, paths))

const runChoice = (curation: Curation, { id }: FinishedRun): ModelChoice =>
  localChoice(curation, runModel(id))

const embedded = (curation: Curation): ModelChoice => localChoice(curation, EMBEDDED_GENERATOR)

/** The same model at the same place: its other settings are those of the curation. */
const isSame = (one: ModelChoice, other: ModelChoice): boolean => keyOf(one) === keyOf(other)

const keyOf = ({ model, server }: ModelChoice): string => canonicalJson({ model, server })

function labelOf({ model, server }: ModelChoice): string {
  const name = modelName(model)
  return server === undefined ? name : l10n.t`${name} at ${new URL(server).host}`
}
