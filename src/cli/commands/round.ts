// `aepo round`: begins the next round.
import * as l10n from '@vscode/l10n'
import type { LaterRound } from '../../core/formats/editCurationFile'
import { isServerAddress } from '../../core/formats/modelSettings'
import { beginRound, mustHaveCandidates } from '../../curation/beginRound'
import type { Curation } from '../../curation/curation'
import type { BuiltModel } from '../../processes/modelBuild'
import { localRound, roundSource, servedRound, servedSource } from '../../training/nextRound'
import { cliCommand, type Context } from '../command'
import { openNamedCuration } from '../curation'
import { buildForRun, builtSentence, PYTHON_OPTION } from '../modelBuild'
import { UsageError } from '../usageError'

export const round = cliCommand({
  does: l10n.t('begins the next round, with another generator'),
  usage: ['FILE --generator RUN [--python PATH]', 'FILE --generator MODEL [--server ADDRESS]'],
  options: {
    generator: {
      type: 'text',
      value: 'MODEL',
      does: l10n.t(
        'what the round samples from: a finished run, whose model is built first if need be, or builtin:NAME, a folder, a hub id',
      ),
      required: true,
    },
    server: {
      type: 'text',
      value: 'ADDRESS',
      does: l10n.t('the model is behind this server; that of a run has the id of the run there'),
    },
    ...PYTHON_OPTION,
  },
  async run({ file, values: { generator, server, python } }, context) {
    const { output } = context
    if (server !== undefined && !isServerAddress(server))
      throw new UsageError(
        l10n.t`--server takes an address such as http://localhost:8000/v1, not “${server}”.`,
      )
    const curation = await openNamedCuration(file, output)
    mustHaveCandidates(curation)
    const asked = { curation, generator, python }
    const { round: begun, built } =
      server === undefined
        ? await prepareLocal(asked, context)
        : {
            round: servedRound(curation, await servedSource(curation, generator), server),
            built: null,
          }
    const number = await beginRound(curation, begun)
    output.result(
      { round: number, generator: begun.generator, run: begun.run ?? null, built },
      [
        ...(built ? [builtSentence(built)] : []),
        l10n.t`Round ${number} begins. Next: aepo generate ${file}.`,
      ].join('\n'),
    )
  },
})

interface Asked {
  curation: Curation
  generator: string
  python: string | undefined
}

async function prepareLocal(
  { curation, generator, python }: Asked,
  context: Context,
): Promise<{ round: LaterRound; built: BuiltModel | null }> {
  const source = await roundSource(curation, generator, process.cwd())
  const built = 'run' in source ? await buildForRun(source.run, python, context) : null
  return { round: localRound(curation, source), built }
}
