// Set Server Key…: a key for a server, into the secret storage; an empty one removes it.
import * as l10n from '@vscode/l10n'
import * as vscode from 'vscode'
import { serverOrigins } from '../../core/formats/modelSettings'
import { activeCuration } from '../curations'
import { enter, type Item, pick } from '../questions/input'
import { askInSequence, mapAnswer, type Question } from '../questions/sequence'
import { askServerAddress } from '../questions/server'
import type { Command, CommandServices } from './command'

interface KeyAnswers {
  /** null: another server, whose address is asked for. */
  known: string | null
  origin: string
  key: string
}

export const setServerKey: Command = async (services, uri) => {
  const origins = await knownOrigins(services, uri)
  const answers = await askInSequence(l10n.t('Set Server Key'), questions(origins), {
    known: null,
    origin: '',
    key: '',
  })
  if (!answers) return
  const { origin, key } = answers
  await services.keys.set(origin, key)
  const done =
    key === ''
      ? l10n.t('$(check) The key for {0} is removed.', origin)
      : l10n.t('$(check) The key for {0} is kept.', origin)
  vscode.window.setStatusBarMessage(done, 8000)
}

const questions = (origins: readonly string[]): Question<KeyAnswers>[] => [
  {
    applies: () => origins.length > 0,
    ask: async (answers, place) => {
      const items: Item<string | null>[] = [
        ...origins.map((label) => ({ label, value: label })),
        { label: l10n.t('$(edit) Another server…'), value: null },
      ]
      const placeholder = l10n.t('Which server is the key for?')
      const answer = await pick<string | null>(place, items, { placeholder })
      return mapAnswer(answer, (known) => ({ ...answers, known, origin: known ?? '' }))
    },
  },
  {
    applies: ({ known }) => known === null,
    ask: async (answers, place) =>
      mapAnswer(await askServerAddress(place), (address) => ({
        ...answers,
        origin: new URL(address).origin,
      })),
  },
  {
    ask: async (answers, place) => {
      const answer = await enter(place, {
        prompt: l10n.t('Key for {0}, sent to this server alone. Empty: no key.', answers.origin),
        password: true,
      })
      return mapAnswer(answer, (key) => ({ ...answers, key }))
    },
  },
]

/** The servers of the curation that is named or in front. */
async function knownOrigins(
  { curations }: CommandServices,
  uri: vscode.Uri | undefined,
): Promise<string[]> {
  const file = uri ?? activeCuration()
  if (!file) return []
  return curations
    .document(file)
    .open()
    .then(
      ({ settings }) => serverOrigins(settings),
      () => [],
    )
}
