// `aepo generate`: samples the missing candidates.
import * as l10n from '@vscode/l10n'
import { oneOrSeveral } from '../../core/counted'
import { countsOf } from '../../curation/counts'
import type { Curation } from '../../curation/curation'
import { describeLoaded } from '../../curation/engine'
import { cutOffSentence } from '../../curation/generation/cutOff'
import { earlierCandidates, setEarlierAside } from '../../curation/generation/earlierSettings'
import { generate } from '../../curation/generation/generate'
import { describeLeftOutPrompt } from '../../curation/generation/leftOut'
import type { Shard } from '../../curation/generation/plan'
import { cliCommand } from '../command'
import { given, inRound, openNamedCuration, ROUND_OPTION } from '../curation'
import type { Output } from '../output'
import { UsageError } from '../usageError'

/** Prompts that are named one by one; `--json` lists all. */
const MOST_NAMED = 20

export const generateMissing = cliCommand({
  does: l10n.t('samples the missing candidates of each pool; resumes where it stopped'),
  usage: ['FILE [--round R] [--limit N] [--shard I/M] [--retry-left-out] [--sample-again]'],
  options: {
    ...ROUND_OPTION,
    limit: { type: 'number', value: 'N', does: l10n.t('stop after N prompts') },
    shard: {
      type: 'text',
      value: 'I/M',
      does: l10n.t('sample only shard I of M: every M-th prompt, starting at the I-th'),
    },
    'retry-left-out': {
      type: 'flag',
      value: '',
      does: l10n.t('sample again for the prompts that were left out before'),
    },
    'sample-again': {
      type: 'flag',
      value: '',
      does: l10n.t(
        'set candidates from earlier settings aside, in a journal of their own, and sample them again; pools with labels stay',
      ),
    },
  },
  async run({ file, values }, { environment, output }) {
    const curation = inRound(await openNamedCuration(file, output), values.round)
    const { limit } = values
    if (limit !== undefined && !(Number.isInteger(limit) && limit >= 1))
      throw new UsageError(l10n.t`--limit takes an integer of at least 1, not “${limit}”.`)
    const shard = shardOf(values.shard)
    await handleEarlier(curation, values['sample-again'] === true, output)
    const { generated, cutOff, leftOut } = await generate(
      curation,
      environment.engine(output, curation),
      {
        signal: environment.signal,
        select: false,
        onActivity: output.progress,
        onNotice: (sentence) => output.message(sentence),
        onModel: (model) => output.message(describeLoaded(model)),
        retriesLeftOut: values['retry-left-out'] === true,
        ...given('limit', limit),
        ...given('shard', shard),
      },
    )
    const added = leftOut.filter(({ isNew }) => isNew)
    for (const one of added.slice(0, MOST_NAMED))
      output.message(describeLeftOutPrompt(one, curation.paths.prompts))
    output.result(
      { generated, leftOutPrompts: leftOut, ...countsOf(curation) },
      [
        oneOrSeveral(
          generated,
          l10n.t`1 candidate written to ${curation.paths.candidates}.`,
          l10n.t`${generated} candidates written to ${curation.paths.candidates}.`,
        ),
        ...(cutOff > 0 ? [cutOffSentence(cutOff, generated)] : []),
        ...(leftOut.length > 0 ? [leftOutSentence(leftOut.length)] : []),
      ].join(' '),
    )
  },
})

/** Candidates from earlier settings stay unless they are to be sampled again. */
async function handleEarlier(curation: Curation, again: boolean, output: Output): Promise<void> {
  const earlier = earlierCandidates(curation)
  if (!earlier) return
  const { candidates, settings } = earlier
  if (!again) {
    output.message(
      oneOrSeveral(
        candidates,
        l10n.t`1 candidate comes from earlier settings (${settings.join(', ')}) and stays; --sample-again samples it again.`,
        l10n.t`${candidates} candidates come from earlier settings (${settings.join(', ')}) and stay; --sample-again samples them again.`,
      ),
    )
    return
  }
  const kept = await setEarlierAside(curation, curation.now())
  if (kept !== null)
    output.message(
      oneOrSeveral(
        candidates,
        l10n.t`1 candidate from earlier settings is kept in ${kept}.`,
        l10n.t`${candidates} candidates from earlier settings are kept in ${kept}.`,
      ),
    )
}

const leftOutSentence = (count: number): string =>
  count === 1
    ? l10n.t('One prompt was left out; --retry-left-out samples again for it.')
    : l10n.t`${count} prompts were left out; --retry-left-out samples again for them.`

/** `2/3` is the second of three. */
function shardOf(text: string | undefined): Shard | undefined {
  if (text === undefined) return undefined
  const [, part = '', whole = ''] = /^(\d{1,6})\/(\d{1,6})$/.exec(text) ?? []
  const [index, count] = [Number(part) - 1, Number(whole)]
  if (part === '' || index < 0 || index >= count)
    throw new UsageError(l10n.t`--shard takes i/m with 1 ≤ i ≤ m, not “${text}”.`)
  return { index, count }
}
