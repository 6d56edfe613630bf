// The judges of a curation, with what they said so far.
import * as l10n from '@vscode/l10n'
import { judgeVersion, textHash } from '../../core/formats/ids'
import type { JudgeSettings } from '../../core/formats/judgeSettings'
import { Opinions } from '../../core/judging/opinions'
import { failureError } from '../../shared/errors'
import type { JudgedText, JudgeRecord } from '../../shared/judging'
import type { Curation } from '../curation'
import type { ComparedText } from '../labelling/comparison'
import { type JudgePrompt, readJudgePrompt } from './judgePrompt'

/** A judge of the curation file, with what it said so far under its present model and prompt. */
export interface Judge {
  settings: JudgeSettings
  /** null for a reward model. */
  prompt: JudgePrompt | null
  version: string
  opinions: Opinions
}

/** The judges of the curation file. */
export const judgesOf = ({ settings }: Curation): readonly JudgeSettings[] => settings.judges ?? []

/**
 * @throws FailureError `bad-input` for a judge that the curation file does not declare, or a prompt
 *   that cannot be used; `not-found` for the file of its prompt.
 */
export function openJudge(curation: Curation, name: string): Judge {
  const settings = judgesOf(curation).find((judge) => judge.name === name)
  if (!settings) throw unknownJudge(curation, name)
  const prompt = settings.kind === 'reward' ? null : readJudgePrompt(curation.paths, settings)
  const version = judgeVersion(settings, prompt?.version ?? null)
  const opinions = new Opinions(recordsOf(curation, name, version))
  return { settings, prompt, version, opinions }
}

/** What a judge recorded under one model and prompt, in journal order. */
export const recordsOf = ({ store }: Curation, name: string, version: string): JudgeRecord[] =>
  store.judges.records(name).filter((record) => record.version === version)

/** A text as the records of judges name it: its candidate, and a hash of the text. */
export const judgedText = ({ id, text }: ComparedText): JudgedText => ({
  id,
  textHash: textHash(text),
})

function unknownJudge(curation: Curation, name: string): Error {
  const names = judgesOf(curation).map((judge) => judge.name)
  // as a value: braces in a message are places for values
  const example = JSON.stringify({ judges: [{ name, kind: 'local' }] }).slice(1, -1)
  return failureError('bad-input', l10n.t`There is no judge “${name}”.`, {
    where: curation.paths.file,
    remedy:
      names.length === 0
        ? l10n.t`Declare it in the curation file: ${example}.`
        : l10n.t`The curation file declares: ${names.join(', ')}.`,
  })
}
