// Evaluate Two Models…: asks for the models and the prompts, makes the evaluation, samples.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import type { Curation } from '../../curation/curation'
import { findOrMakeEvaluation } from '../../evaluation/makeEvaluation'
import { type NamedModel, namedModel } from '../../evaluation/namedModel'
import { heldOutOf } from '../../evaluation/trainedOn'
import { type EvaluationAnswers, evaluationQuestions } from '../questions/evaluation'
import { askInSequence } from '../questions/sequence'
import { mustBeTrusted } from '../trust'
import type { Command, CommandServices } from './command'
import { showCuration } from './open'

const UNTRUSTED = l10n.t('Nothing is generated in an untrusted workspace.')

const NOTHING_ASKED: EvaluationAnswers = { a: null, b: null, prompts: null }

export const evaluateModels: Command = async (services, uri) => {
  const document = await services.curations.pick(uri)
  if (!document) return
  mustBeTrusted(UNTRUSTED)
  const curation = await document.open()
  const runs = services.runs.generators(curation).map(({ file }) => file.id)
  const answers = await askInSequence(
    l10n.t('Evaluate Two Models'),
    evaluationQuestions(services, curation, runs.toReversed(), (a, b) =>
      countHeldOut(curation, a, b),
    ),
    NOTHING_ASKED,
  )
  if (!answers?.a || !answers.b) return
  const a = await builtModel(services, curation, answers.a)
  const b = a && (await builtModel(services, curation, answers.b))
  if (!b) return
  const { prompts } = answers
  const { id } = await findOrMakeEvaluation(curation, {
    a: a.choice,
    b: b.choice,
    responses: 1,
    ...(prompts === null ? {} : { prompts: { file: prompts, name: path.basename(prompts) } }),
  })
  await showCuration(document.uri)
  await document.evaluations.refresh()
  await document.sampleEvaluation(id)
}

export const sampleEvaluation =
  (id: string): Command =>
  async ({ curations }, uri) => {
    const document = await curations.pick(uri)
    if (!document) return
    mustBeTrusted(UNTRUSTED)
    await document.sampleEvaluation(id)
  }

/** The model of a run is built where it is not yet; null when the user cancelled. */
async function builtModel(
  { training }: CommandServices,
  curation: Curation,
  name: string,
): Promise<NamedModel | null> {
  const model = await namedModel(curation, name, curation.paths.base)
  return model.run && !(await training.buildModel(model.run)) ? null : model
}

async function countHeldOut(curation: Curation, a: string, b: string): Promise<number> {
  const models = await Promise.all(
    [a, b].map((name) => namedModel(curation, name, curation.paths.base)),
  )
  const choices = models.map(({ choice }) => choice)
  return (await heldOutOf(curation, choices)).length
}
