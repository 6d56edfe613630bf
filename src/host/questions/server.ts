// Which server with the OpenAI API, and which of its models.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { isServerAddress } from '../../core/formats/modelSettings'
import type { Engine } from '../../curation/engine'
import { describeFailure, toFailure } from '../../shared/errors'
import { enter, type Item, pick } from './input'
import { type QuestionAnswer, given, type QuestionPlace } from './sequence'

const EXAMPLE = 'http://localhost:8000/v1'

/** The address of the API. */
export const askServerAddress = (
  place: QuestionPlace,
  current = EXAMPLE,
): Promise<QuestionAnswer<string>> =>
  enter(place, {
    prompt: l10n.t('Address of the server’s OpenAI API'),
    value: current,
    problem: (text) =>
      isServerAddress(text)
        ? undefined
        : l10n.t('An address such as {0}, without user, password or query.', EXAMPLE),
  })

export interface ServerServices {
  engine: Engine
  log: Pick<vscode.LogOutputChannel, 'warn'>
}

/** A server and one of its models. */
export async function askServer(
  services: ServerServices,
  place: QuestionPlace,
  current: { address: string; model: string } | undefined,
): Promise<QuestionAnswer<{ address: string; model: string }>> {
  for (let address = current?.address; ;) {
    const server = await askServerAddress(place, address)
    if (server.kind !== 'given') return server
    address = server.value
    const model = await askServerModel(services, place, address, current?.model ?? '')
    if (model.kind === 'given') return given({ address, model: model.value })
    if (model.kind === 'cancelled') return model
  }
}

/** A model of the server: one that it lists, else a name that the user types. */
async function askServerModel(
  services: ServerServices,
  place: QuestionPlace,
  server: string,
  current: string,
): Promise<QuestionAnswer<string>> {
  const models = await listedModels(services, server)
  if (models.length === 0)
    return enterModel(
      place,
      current,
      l10n.t('The server does not list its models now. The model as the server names it'),
    )
  const items: Item<string | null>[] = [
    ...models.map((label) => ({ label, value: label })),
    { label: l10n.t('$(edit) Another model…'), value: null },
  ]
  for (;;) {
    const choice = await pick<string | null>(place, items, {
      placeholder: l10n.t('Which of the server’s models samples the candidates?'),
      current,
    })
    if (choice.kind !== 'given') return choice
    if (choice.value !== null) return given(choice.value)
    const typed = await enterModel(
      { ...place, canGoBack: true },
      current,
      l10n.t('The model as the server names it'),
    )
    if (typed.kind !== 'back') return typed
  }
}

const enterModel = (
  place: QuestionPlace,
  value: string,
  prompt: string,
): Promise<QuestionAnswer<string>> =>
  enter(place, {
    prompt,
    value,
    problem: (text) => (text === '' ? l10n.t('A name.') : undefined),
  })

/** None in an untrusted workspace: no server is asked there. */
async function listedModels({ engine, log }: ServerServices, server: string): Promise<string[]> {
  if (!vscode.workspace.isTrusted) return []
  return engine.request('serverModels', { server }).catch((thrown: unknown) => {
    log.warn(describeFailure(toFailure(thrown)))
    return []
  })
}
