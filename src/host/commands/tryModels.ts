// Try Models…: two models answer side by side, and what the controls of that view do.
import * as l10n from '@vscode/l10n'
import { type ModelChoice, runOfModel } from '../../core/formats/modelSettings'
import type { Curation } from '../../curation/curation'
import { withoutShare } from '../../curation/modelChoice'
import { namedModel } from '../../evaluation/namedModel'
import type { TryAction } from '../../shared/tryView'
import type { CurationDocument } from '../curationDocument'
import { askGeneratorName } from '../questions/generator'
import type { ServerServices } from '../questions/server'
import { mustBeTrusted } from '../trust'
import type { Command, CommandServices } from './command'
import { showCuration } from './open'

const UNTRUSTED = l10n.t('No model responds in an untrusted workspace.')

export const tryModels: Command = async (services, uri) => {
  const document = await services.curations.pick(uri)
  if (!document) return
  await showCuration(document.uri)
  await begin(services, document)
}

/** The generator of the last round, beside what it was trained from. */
export async function tryGenerator(
  services: CommandServices,
  document: CurationDocument,
): Promise<void> {
  await showCuration(document.uri)
  const { rounds } = await document.open()
  const [generator] = rounds.at(-1)?.generators ?? []
  await begin(services, document, generator && withoutShare(generator))
}

/** What a control of the view does. */
export const changeTrying =
  (action: TryAction): Command =>
  async (services, uri) => {
    const document = await services.curations.pick(uri)
    if (document) await change(services, document, action)
  }

async function change(
  services: CommandServices,
  document: CurationDocument,
  action: TryAction,
): Promise<void> {
  const { trying } = document
  switch (action.do) {
    case 'open':
      return begin(services, document, action.run)
    case 'choose':
      trying.choose(action.side, action.model)
      return
    case 'other': {
      const choice = await askOther(services, await document.open())
      if (choice) trying.choose(action.side, trying.offer(choice))
      return
    }
    case 'build':
      return build(services, document, action.model)
    case 'temperature':
      trying.setTemperature(action.value)
      return
    case 'send':
      return trying.send(await ready(document), action.text)
    case 'again':
      return trying.again(await ready(document))
    case 'stop':
      trying.stop()
      return
    case 'vote':
      trying.vote(action.vote)
      return
    case 'keep':
      document.showFailure(null)
      return trying.keep({ open: () => document.open(), reload: () => document.reload() })
    case 'undoKept':
      return trying.undoKept(await document.open())
    case 'restart':
      trying.restart()
      return
  }
}

async function begin(
  { runs }: CommandServices,
  document: CurationDocument,
  named?: string | ModelChoice,
): Promise<void> {
  const curation = await document.open()
  const finished = runs.generators(curation)
  const models = finished.map(({ file: { id, round = 1 } }) => ({ id, round }))
  document.trying.begin(curation, models, named)
}

/** The curation, before models answer. */
function ready(document: CurationDocument): Promise<Curation> {
  mustBeTrusted(UNTRUSTED)
  document.showFailure(null)
  return document.open()
}

/** Builds the model of a run, which the view then no longer asks for. */
async function build(
  services: CommandServices,
  document: CurationDocument,
  id: string,
): Promise<void> {
  const curation = await document.open()
  const run = services.runs.find(
    curation,
    runOfModel(document.trying.model(id)?.choice.model ?? '') ?? '',
  )
  if (!run) return
  document.showFailure(null)
  await services.training.buildModel(run)
  await begin(services, document)
}

/** null when the user cancelled. */
async function askOther(services: ServerServices, curation: Curation): Promise<ModelChoice | null> {
  const place = { title: l10n.t('Try Models'), step: 1, steps: 1, canGoBack: false }
  const answer = await askGeneratorName(services, place, {
    placeholder: l10n.t('Which model answers?'),
  })
  if (answer.kind !== 'given') return null
  return (await namedModel(curation, answer.value, curation.paths.base)).choice
}
