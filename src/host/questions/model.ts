// Which model: a known one, a folder, a hub id, or a model of a server.
import * as l10n from '@vscode/l10n'
import { isHubId } from '../../core/formats/hubId'
import { chooseFolder, enter, type Item, pick } from './input'
import { type QuestionAnswer, given, mapAnswer, type QuestionPlace } from './sequence'

/** A model by its name, folder or hub id, or one of a server. */
export type ModelSource =
  { kind: 'model'; model: string } | { kind: 'server'; address: string; model: string }

/** A model that is offered by name. */
export interface OfferedModel {
  label: string
  description: string
  /** `builtin:NAME`, a folder, or a hub id. */
  model: string
}

interface ModelQuestion {
  placeholder: string
  offered: readonly OfferedModel[]
  /** What a folder must hold. */
  folderHolds: string
  hubExample: string
  /** Offers the models of a server. */
  server?: {
    description: string
    ask: (place: QuestionPlace) => Promise<QuestionAnswer<ModelSource>>
  }
  current?: ModelSource | undefined
}

export async function askModel(
  place: QuestionPlace,
  { placeholder, offered, folderHolds, hubExample, server, current }: ModelQuestion,
): Promise<QuestionAnswer<ModelSource>> {
  type Choice = OfferedModel | 'folder' | 'hub' | 'server'
  const items: Item<Choice>[] = [
    ...offered.map((value) => ({ label: value.label, description: value.description, value })),
    { label: l10n.t('$(folder-opened) Folder…'), description: folderHolds, value: 'folder' },
    { label: l10n.t('$(cloud-download) Hub id…'), description: hubExample, value: 'hub' },
    ...(server === undefined
      ? []
      : [
          {
            label: l10n.t('$(server) A server with the OpenAI API…'),
            description: server.description,
            value: 'server' as const,
          },
        ]),
  ]
  const currentChoice =
    current?.kind === 'model' ? offered.find(({ model }) => model === current.model) : current?.kind
  for (;;) {
    const choice = await pick<Choice>(place, items, {
      placeholder,
      current: currentChoice,
    })
    if (choice.kind !== 'given') return choice
    const source = await sourceOf(choice.value)
    if (source.kind !== 'back') return source
  }

  async function sourceOf(choice: Choice): Promise<QuestionAnswer<ModelSource>> {
    const next = { ...place, canGoBack: true }
    if (choice === 'server') return server ? server.ask(next) : { kind: 'back' }
    const answer = await modelOf(choice, next, hubExample)
    return mapAnswer(answer, (model) => ({ kind: 'model', model }))
  }
}

async function modelOf(
  choice: OfferedModel | 'folder' | 'hub',
  place: QuestionPlace,
  hubExample: string,
): Promise<QuestionAnswer<string>> {
  if (typeof choice === 'object') return given(choice.model)
  if (choice === 'folder') return chooseFolder(place.title)
  return enter(place, {
    prompt: l10n.t('Hub id: owner/name'),
    value: hubExample,
    problem: (text) =>
      isHubId(text) ? undefined : l10n.t('Two names with a slash between: owner/name.'),
  })
}
