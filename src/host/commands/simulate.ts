// Simulate Selection…: what each selection rule would gain, on judged responses or the curation's
// own labels.
import * as l10n from '@vscode/l10n'
import { oneOrSeveral } from '../../core/counted'
import { type JudgedPrompt, readJudgedPool } from '../../simulation/judgedPool'
import type { SimulationAction } from '../../shared/simulationView'
import type { CurationDocument } from '../curationDocument'
import { askingOfBroken } from '../questions/brokenRows'
import { askRowFile } from '../questions/rowFile'
import { askInSequence, type Question } from '../questions/sequence'
import { mustBeTrusted } from '../trust'
import type { Command } from './command'
import { showCuration } from './open'

const UNTRUSTED = l10n.t('Nothing is simulated in an untrusted workspace.')

export const simulateSelection: Command = async (services, uri) => {
  const document = await services.curations.pick(uri)
  if (!document) return
  await showCuration(document.uri)
  document.simulation.open(await document.open())
}

/** What a control of the view does. */
export const changeSimulation =
  (action: SimulationAction): Command =>
  async (services, uri) => {
    const document = await services.curations.pick(uri)
    if (document) await change(document, action)
  }

async function change(document: CurationDocument, action: SimulationAction): Promise<void> {
  const { simulation } = document
  switch (action.do) {
    case 'open':
      simulation.open(await document.open())
      return
    case 'useOwn':
      simulation.use(null)
      return
    case 'chooseFile': {
      const file = await askFile()
      if (file !== undefined) simulation.use(file)
      return
    }
    case 'change':
      simulation.change(action.change)
      return
    case 'run':
      mustBeTrusted(UNTRUSTED)
      return simulation.run(await document.open(), readPool)
    case 'stop':
      simulation.stop()
      return
  }
}

/** The user saw the broken rows that are left out. */
const readPool = (file: string): Promise<JudgedPrompt[]> =>
  askingOfBroken(
    (leavesOutBroken) => readJudgedPool(file, leavesOutBroken ? () => undefined : undefined),
    (others) =>
      oneOrSeveral(
        others,
        l10n.t('Simulate with the Other Row'),
        l10n.t`Simulate with the Other ${others} Rows`,
      ),
  )

function askFile(): Promise<string | undefined> {
  const question: Question<string> = {
    ask: (file, place) =>
      askRowFile(place, {
        placeholder: l10n.t('File of responses with scores, votes or reviews'),
        current: file,
      }),
  }
  return askInSequence(l10n.t('Simulate Selection'), [question], '')
}
