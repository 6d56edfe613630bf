// `aepo generate`: samples the missing candidates.
import * as l10n from '@vscode/l10n'
import { countsOf } from '../../curation/counts'
import { cutOffSentence } from '../../curation/cutOff'
import { describeLoaded } from '../../curation/engine'
import { generate } from '../../curation/generate'
import type { Shard } from '../../curation/generationPlan'
import { describeFailure } from '../../shared/errors'
import { command, UsageError } from '../command'
import { given, openCuration } from '../curation'

export const generateMissing = command({
  does: l10n.t('samples the missing candidates of each pool; resumes where it stopped'),
  usage: ['FILE [--limit N] [--shard I/M]'],
  options: {
    limit: { type: 'number', value: 'N', does: l10n.t('stop after N prompts') },
    shard: {
      type: 'text',
      value: 'I/M',
      does: l10n.t('sample only shard I of M: every M-th prompt, starting at the I-th'),
    },
  },
  async run({ file, values }, { environment, output }) {
    const curation = await openCuration(file, output)
    const { limit } = values
    if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1))
      throw new UsageError(l10n.t`--limit takes an integer of at least 1, not “${limit}”.`)
    const shard = shardOf(values.shard)
    const { generated, cutOff, skipped } = await generate(
      curation,
      environment.engine(output, curation),
      {
        signal: environment.signal,
        select: false,
        onActivity: output.progress,
        onModel: (model) => output.message(describeLoaded(model)),
        ...given('limit', limit),
        ...given('shard', shard),
      },
    )
    for (const { promptId, failure } of skipped)
      output.message(l10n.t`prompt ${promptId}: ${describeFailure(failure)}`)
    const counts = countsOf(curation)
    const sentences = [l10n.t`${generated} candidates written to ${curation.paths.candidates}.`]
    if (cutOff > 0) sentences.push(cutOffSentence(cutOff, generated))
    output.result({ generated, skipped, ...counts }, sentences.join(' '))
  },
})

/** `2/3` is the second of three. */
function shardOf(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined
  const [, part = '', whole = ''] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []
  const [index, count] = [Number(part) - 1, Number(whole)]
  if (part === '' || index < 0 || index >= count)
    throw new UsageError(l10n.t`--shard takes i/m with 1 ≤ i ≤ m, not “${text}”.`)
  return { index, count }
}
