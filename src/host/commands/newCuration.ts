// New Curation…: from a file of prompts to a curation file, open in its editor.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { knownSpeed } from '../../core/sampling/samplingTime'
import { writeCurationFile } from '../../store/curationFileStore'
import {
  type CurationAnswers,
  curationFileOf,
  DEFAULT_ANSWERS,
  targetFile,
} from '../newCuration/answers'
import { askCandidates, askGenerator, askLongest, askShown } from '../newCuration/questions'
import { reviewQuestion } from '../newCuration/review'
import { targetOf } from '../newCuration/target'
import type { ModelSource } from '../questions/model'
import { answersFor } from '../questions/promptAnswers'
import { promptQuestions } from '../questions/prompts'
import { askInSequence } from '../questions/sequence'
import type { Speeds } from '../speeds'
import type { Command } from './command'
import { showCuration } from './open'

export const newCuration: Command = async (services, uri) => {
  const start = { ...DEFAULT_ANSWERS, ...(uri && (await answersFor(uri.fsPath))) }
  const answers = await askInSequence<CurationAnswers>(
    l10n.t('New Curation'),
    [
      ...promptQuestions<CurationAnswers>({ isKnown: uri !== undefined, isReviewed: true }),
      { ask: (given, place) => askGenerator(services, given, place) },
      { ask: askCandidates },
      { ask: askShown },
      { ask: askLongest },
      reviewQuestion(services, (source) => speedOf(services.speeds, source)),
    ],
    start,
  )
  if (!answers) return
  const target = targetOf(answers)
  const file = targetFile(target)
  await writeCurationFile(file, curationFileOf(answers, target), { overwrite: false })
  await showCuration(vscode.Uri.file(file))
}

/** As measured here, else as known of the model. */
function speedOf(speeds: Speeds, source: ModelSource): number | null {
  const { model } = source
  return source.kind === 'server'
    ? speeds.of(model, source.address)
    : (speeds.of(model, null) ?? knownSpeed(model))
}
