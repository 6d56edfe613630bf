// `aepo import`: takes responses from a file as candidates.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { importCandidates } from '../../curation/importCandidates'
import { command } from '../command'
import { inRound, openCuration, ROUND_OPTION } from '../curation'

export const importResponses = command({
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
      inRound(await openCuration(file, output), values.round),
      path.resolve(values.candidates),
    )
    const { candidates, skipped, nulls, unknownPrompts, notRead } = result
    const sentences = [
      l10n.t`Imported ${candidates} candidates and skipped ${skipped} that were already there; ${unknownPrompts} rows have a prompt that is not in the curation, or not in the round.`,
    ]
    if (nulls === 1) sentences.push(l10n.t('1 response is null and was left out.'))
    if (nulls > 1) sentences.push(l10n.t`${nulls} responses are null and were left out.`)
    if (notRead.length > 0) sentences.push(l10n.t`Not read: ${notRead.join(', ')}.`)
    output.result({ ...result }, sentences.join(' '))
  },
})
