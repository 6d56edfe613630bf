// `aepo keep`: edited prompts keep the labels of the prompts they were before.
import * as l10n from '@vscode/l10n'
import { shortened } from '../../core/text/values'
import { type Keepable, keepable, keepLabels } from '../../curation/prompts/keepLabels'
import { cliCommand } from '../command'
import { openNamedCuration } from '../curation'

/** Characters of a text that name it. */
const NAMING = 60

export const keep = cliCommand({
  does: l10n.t(
    'lets edited prompts keep the candidates and labels of the prompts they were before',
  ),
  usage: ['FILE [--line N]… [--yes]'],
  options: {
    line: {
      type: 'texts',
      value: 'N',
      does: l10n.t('keep those of the prompt on this line of the prompts alone'),
    },
    yes: { type: 'flag', value: '', does: l10n.t('keep them; without it they are listed') },
  },
  async run({ file, values: { line: lines, yes } }, { output }) {
    const curation = await openNamedCuration(file, output)
    const offered = keepable(curation).filter(
      ({ line }) => lines === undefined || lines.includes(String(line)),
    )
    if (yes) await keepLabels(curation, offered)
    const after = yes ? await openNamedCuration(file, output) : curation
    output.result(
      {
        kept: yes ? offered.length : 0,
        offered: offered.map(({ prompt, ...rest }) => ({ ...rest, messages: prompt.messages })),
        orphans: after.orphans,
      },
      [...offered.map((one) => describe(one, curation.paths.prompts)), summary(offered, yes)].join(
        '\n',
      ),
    )
  },
})

function describe(
  { prompt, line, candidates, annotations, response }: Keepable,
  file: string,
): string {
  const text = shortened(prompt.messages.at(-1)?.content ?? '', NAMING)
  const answer = shortened(response, NAMING)
  return l10n.t`${file}:${line}: “${text}” keeps the records of a prompt that was answered “${answer}” (candidates: ${candidates}, labels: ${annotations}).`
}

function summary(offered: readonly Keepable[], yes: boolean | undefined): string {
  if (offered.length === 0)
    return l10n.t('No prompt of the file stands where a prompt with candidates stood before.')
  return yes
    ? l10n.t`Prompts that keep their labels: ${offered.length}.`
    : l10n.t('Nothing was written. To keep them, give --yes, and --line for some of them alone.')
}
