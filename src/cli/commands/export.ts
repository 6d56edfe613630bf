// `aepo export`: writes the data set.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { EXPORT_FORMAT_IDS, EXPORT_FORMATS } from '../../core/export/formats'
import { CUT_OFF_CHOICES, SPLIT_PARTS } from '../../core/export/rows'
import { DEFAULT_HELD_OUT } from '../../core/export/split'
import { FLAGGED_CHOICES } from '../../curation/dataSet/exportRequest'
import { exportedSentence } from '../../curation/dataSet/exported'
import { orphansSentence } from '../../curation/prompts/orphans'
import { isStandardOutput, STANDARD_OUTPUT } from '../../store/files'
import { cliCommand } from '../command'
import {
  ANNOTATORS_OPTION,
  annotatorsIn,
  given,
  openNamedCuration,
  ROUNDS_OPTION,
  roundsIn,
} from '../curation'
import { UsageError } from '../usageError'

const FORMATS = Object.values(EXPORT_FORMATS)
  .map(({ id, tool }) => `${id} (${tool})`)
  .join(', ')

/** The file that `--out` names; `-` is standard output, as for other programs. */
const fileOf = (out: string): string => (out === '-' ? STANDARD_OUTPUT : path.resolve(out))

export const exportRows = cliCommand({
  does: l10n.t('writes the data set'),
  usage: [
    'FILE [--format F] [--rounds LIST] [--annotators LIST] [--split PART [--held-out SHARE]] [--cut-off keep] [--flagged leave-out] [--out O.jsonl]',
  ],
  options: {
    format: {
      type: 'text',
      value: 'F',
      values: EXPORT_FORMAT_IDS,
      does: l10n.t`format of the rows: ${FORMATS}; dpo by default`,
    },
    ...ROUNDS_OPTION,
    ...ANNOTATORS_OPTION,
    split: {
      type: 'text',
      value: 'PART',
      values: SPLIT_PARTS,
      does: l10n.t(
        'rows of the prompts that a training run trains on (train) or evaluates (held-out)',
      ),
    },
    'held-out': {
      type: 'number',
      value: 'SHARE',
      does: l10n.t`share of the prompts that is held out; ${DEFAULT_HELD_OUT} by default`,
    },
    'cut-off': {
      type: 'text',
      value: 'WHAT',
      values: CUT_OFF_CHOICES,
      does: l10n.t('rows that teach a response that was cut off: leave-out (default) or keep'),
    },
    flagged: {
      type: 'text',
      value: 'WHAT',
      values: FLAGGED_CHOICES,
      does: l10n.t('rows of prompts that an annotator flagged: keep (default) or leave-out'),
    },
    out: {
      type: 'text',
      value: 'O.jsonl',
      does: l10n.t(
        'the file to write, or - for standard output; by default a file beside the output of the curation',
      ),
    },
  },
  async run(
    { file, values: { format, rounds, annotators, split, flagged, out, ...values } },
    { output },
  ) {
    const share = values['held-out'] ?? DEFAULT_HELD_OUT
    if (share < 0 || share > 0.5)
      throw new UsageError(l10n.t`--held-out takes a share from 0 to 0.5, not “${share}”.`)
    const curation = await openNamedCuration(file, output)
    const exported = await curation.dataSet.write({
      ...given('format', format),
      ...given('rounds', roundsIn(curation, rounds)),
      ...given('annotators', annotatorsIn(curation, annotators)),
      ...given('split', split && { part: split, share }),
      ...given('cutOff', values['cut-off']),
      ...given('flagged', flagged),
      ...(out === undefined ? {} : { file: fileOf(out), keepsOtherFiles: true }),
    })
    const { rows, cutOff, lost } = exported
    const orphans = curation.orphans
    const sentences = [
      exportedSentence(exported),
      ...(orphans ? [orphansSentence(orphans, curation.paths.prompts)] : []),
    ]
    const result = { rows: rows.length, cutOff, lost, orphans, file: exported.file }
    // rows and a sentence in one stream would be no data set
    if (await isStandardOutput(exported.file)) output.message(sentences.join(' '))
    else output.result(result, sentences.join(' '))
  },
})
