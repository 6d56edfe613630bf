// `aepo import`: takes responses from a file as candidates.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { describeBroken } from '../../core/rows/promptReportText'
import { importCandidates } from '../../curation/prompts/importCandidates'
import { importedSentence } from '../../curation/prompts/imported'
import { LEAVE_OUT_BROKEN_OPTION, offeringToLeaveOut } from '../brokenRows'
import { cliCommand } from '../command'
import { inRound, openNamedCuration, ROUND_OPTION } from '../curation'

export const importResponses = cliCommand({
  does: l10n.t('takes responses from a file as candidates'),
  usage: ['FILE --candidates C [--leave-out-broken] [--round R]'],
  options: {
    ...ROUND_OPTION,
    candidates: {
      type: 'text',
      value: 'C',
      does: l10n.t('the responses, in any format of prompts'),
      required: true,
    },
    ...LEAVE_OUT_BROKEN_OPTION,
  },
  async run({ file, values }, { output }) {
    const curation = inRound(await openNamedCuration(file, output), values.round)
    const leavesOutBroken = values['leave-out-broken'] ?? false
    const result = await offeringToLeaveOut(
      importCandidates(curation, path.resolve(values.candidates), { leavesOutBroken }),
    )
    for (const sentence of describeBroken(result.broken)) output.message(sentence)
    output.result({ ...result }, importedSentence(result))
  },
})
