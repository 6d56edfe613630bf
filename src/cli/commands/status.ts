// `aepo status`: prints the counts of a curation.
import * as l10n from '@vscode/l10n'
import { countsOf } from '../../curation/counts'
import { orphansSentence } from '../../curation/orphans'
import { command } from '../command'
import { openCuration } from '../curation'

export const status = command({
  does: l10n.t('prints the progress of the curation'),
  usage: ['FILE'],
  options: {},
  async run({ file }, { output }) {
    const curation = await openCuration(file, output)
    const counts = countsOf(curation)
    const { prompts, candidates, candidatesWanted, selected, pairs, longerChosen, chosenCutOff } =
      counts
    const sentences = [
      l10n.t`${prompts} prompts, ${candidates} of ${candidatesWanted} candidates, ${selected} selected, ${pairs} preference pairs.`,
    ]
    if (pairs > 0)
      sentences.push(l10n.t`The longer response is the preferred one in ${longerChosen} of them.`)
    if (chosenCutOff > 0)
      sentences.push(
        l10n.t`The preferred response was cut off in ${chosenCutOff} of them: the output leaves these out.`,
      )
    if (counts.orphans) sentences.push(orphansSentence(counts.orphans, curation.paths.prompts))
    output.result({ ...counts }, sentences.join(' '))
  },
})
