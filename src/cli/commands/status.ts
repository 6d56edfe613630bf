// `aepo status`: prints the counts of a curation.
import * as l10n from '@vscode/l10n'
import { countsOf } from '../../curation/counts'
import { describeLeftOut, leftOutPrompts } from '../../curation/leftOut'
import { command } from '../command'
import { openCuration } from '../curation'

/** Prompts that are named one by one; `--json` lists all. */
const MOST_NAMED = 20

export const status = command({
  does: l10n.t('prints the progress of the curation'),
  usage: ['FILE'],
  options: {},
  async run({ file }, { output }) {
    const curation = await openCuration(file, output)
    const counts = countsOf(curation)
    const leftOut = leftOutPrompts(curation)
    const { prompts, candidates, candidatesWanted, selected, pairs, longerChosen } = counts
    const sentences = [
      l10n.t`${prompts} prompts, ${candidates} of ${candidatesWanted} candidates, ${selected} selected, ${pairs} preference pairs.`,
    ]
    if (pairs > 0)
      sentences.push(l10n.t`The longer response is the preferred one in ${longerChosen} of them.`)
    for (const one of leftOut.slice(0, MOST_NAMED))
      output.message(describeLeftOut(one, curation.paths.prompts))
    if (leftOut.length > 0) sentences.push(l10n.t`${counts.leftOut} prompts were left out.`)
    output.result({ ...counts, leftOutPrompts: leftOut }, sentences.join(' '))
  },
})
