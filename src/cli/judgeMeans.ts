// What the command line offers to judges.
import type { JudgeMeans } from '../curation/annotators/judgeModels'
import type { Curation } from '../curation/curation'
import type { Context } from './command'
import { runnerOf } from './trainingRequest'

/** @param python as the option gives it. */
export const judgeMeans = (
  curation: Curation,
  python: string | undefined,
  context: Context,
): JudgeMeans => ({
  engine: () => context.environment.engine(context.output, curation),
  runner: () => runnerOf(python, context),
  editor: null,
  onNotice: (sentence) => context.output.message(sentence),
})
