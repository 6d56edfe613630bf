// `aepo import`: takes responses from a file as candidates.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { importCandidates } from '../../curation/importCandidates'
import { command } from '../command'
import { openCuration } from '../curation'

export const importResponses = command({
  does: l10n.t('takes responses from a file as candidates'),
  usage: ['FILE --candidates C.jsonl[.gz]'],
  options: {
    candidates: {
      type: 'text',
      value: 'C.jsonl[.gz]',
      does: l10n.t('the responses, one prompt per line'),
      required: true,
    },
  },
  async run({ file, values }, { output }) {
    const result = await importCandidates(
      await openCuration(file, output),
      path.resolve(values.candidates),
    )
    output.result(
      { ...result },
      l10n.t`Imported ${result.candidates} candidates and skipped ${result.skipped} that were already there; ${result.unknownPrompts} rows have a prompt that is not in the curation.`,
    )
  },
})
