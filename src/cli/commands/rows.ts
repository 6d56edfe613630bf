// `aepo rows`: what a training run would train on, without starting one.
import * as l10n from '@vscode/l10n'
import { tokensText } from '../../core/training/tokensText'
import { mustBeCount } from '../checks'
import { cliCommand } from '../command'
import { openNamedCuration } from '../curation'
import { prepare, TRAINING_OPTIONS, trainingRequest } from '../trainingRequest'

const DEFAULT_ROWS = 5

export const rows = cliCommand({
  does: l10n.t('shows what a training run would train on, and starts none'),
  usage: [
    'FILE [--model M] [--tokens N] [--method dpo] [--rounds LIST] [--annotators LIST] [--set KEY=VALUE]… [--python PATH]',
  ],
  options: {
    ...TRAINING_OPTIONS,
    tokens: {
      type: 'number',
      value: 'N',
      does: l10n.t`how many rows to show as tokens; ${DEFAULT_ROWS} by default`,
    },
  },
  async run({ file, values }, context) {
    const { python, tokens = DEFAULT_ROWS } = values
    mustBeCount('tokens', tokens)
    const curation = await openNamedCuration(file, context.output)
    const request = await trainingRequest(curation, values, context.output)
    const prepared = await prepare(curation, request, { python, tokens }, context)
    await prepared.discard()
    const { inspection, plan } = prepared
    context.output.result({ ...inspection }, tokensText(inspection, plan))
  },
})
