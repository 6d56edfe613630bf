// `aepo import`: takes responses from a file as candidates.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { importCandidates } from '../../curation/prompts/importCandidates'
import { importedSentence } from '../../curation/prompts/imported'
import { cliCommand } from '../command'
import { inRound, openNamedCuration, ROUND_OPTION } from '../curation'

export const importResponses = cliCommand({
  does: l10n.t('takes responses from a file as candidates'),
  usage: ['FILE --candidates C [--round R]'],
  options: {
    ...ROUND_OPTION,
    candidates: {
      type: 'text',
      value: 'C',
      does: l10n.t('the responses, in any format of prompts'),
      required: true,
    },
  },
  async run({ file, values }, { output }) {
    const result = await importCandidates(
      inRound(await openNamedCuration(file, output), values.round),
      path.resolve(values.candidates),
    )
    output.result({ ...result }, importedSentence(result))
  },
})
