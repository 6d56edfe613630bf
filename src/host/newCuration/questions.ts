// The questions of New Curation… about the candidates.
import * as l10n from '@vscode/l10n'
import { LARGEST } from '../../core/formats/curationFile'
import { askGeneratorModel } from '../questions/generator'
import { enter } from '../questions/input'
import { type QuestionAnswer, mapAnswer, type QuestionPlace } from '../questions/sequence'
import type { ServerServices } from '../questions/server'
import type { CurationAnswers } from './answers'

export async function askGenerator(
  services: ServerServices,
  answers: CurationAnswers,
  place: QuestionPlace,
): Promise<QuestionAnswer<CurationAnswers>> {
  const answer = await askGeneratorModel(services, place, {
    placeholder: l10n.t('Which model samples the candidates?'),
    current: answers.source,
  })
  return mapAnswer(answer, (chosen) => ({ ...answers, source: chosen }))
}

export async function askCandidates(
  answers: CurationAnswers,
  place: QuestionPlace,
): Promise<QuestionAnswer<CurationAnswers>> {
  const answer = await askNumber(place, {
    prompt: l10n.t('Candidates to sample per prompt (N)'),
    value: answers.n,
    least: answers.k,
    most: LARGEST.n,
  })
  return mapAnswer(answer, (n) => ({ ...answers, n }))
}

export async function askShown(
  answers: CurationAnswers,
  place: QuestionPlace,
): Promise<QuestionAnswer<CurationAnswers>> {
  const answer = await askNumber(place, {
    prompt: l10n.t('Responses to show per prompt (k): those that AEPO selects from the candidates'),
    value: answers.k,
    least: 2,
    most: Math.min(LARGEST.k, answers.n),
  })
  return mapAnswer(answer, (k) => ({ ...answers, k }))
}

export async function askLongest(
  answers: CurationAnswers,
  place: QuestionPlace,
): Promise<QuestionAnswer<CurationAnswers>> {
  const answer = await askNumber(place, {
    prompt: l10n.t('Longest response in tokens; longer ones are cut off'),
    value: answers.maxNewTokens,
    least: 1,
    most: LARGEST.maxNewTokens,
  })
  return mapAnswer(answer, (maxNewTokens) => ({ ...answers, maxNewTokens }))
}

async function askNumber(
  place: QuestionPlace,
  { prompt, value, least, most }: { prompt: string; value: number; least: number; most: number },
): Promise<QuestionAnswer<number>> {
  const answer = await enter(place, {
    prompt,
    value: String(value),
    problem: (text) =>
      /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most
        ? undefined
        : l10n.t('A whole number from {0} to {1}.', least, most),
  })
  return mapAnswer(answer, Number)
}
