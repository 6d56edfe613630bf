// Trying two models: what keys and controls ask the host for, and what screen readers are told.
import { isCutOff } from '../src/core/export/format'
import type { EditorState } from '../src/shared/editorProtocol'
import type { TryAction, TryPairView } from '../src/shared/tryView'
import type { EditorCommand, TryCommand } from './keys'
import type { Store } from './state'
import { strings } from './strings'

export class Trying {
  /** @param act asks the host. */
  constructor(
    private readonly store: Store,
    private readonly act: (action: TryAction) => void,
  ) {}

  /** @returns whether the command was one of this view. */
  perform(command: EditorCommand): boolean {
    if (command.do === 'best') this.act({ do: 'vote', vote: { best: command.index } })
    else if (command.do === 'tie' || command.do === 'allBad')
      this.act({ do: 'vote', vote: command.do })
    else if (command.do === 'undo') this.act({ do: 'undoKept' })
    else if (command.do === 'try') this.performOwn(command.command)
    else return false
    return true
  }

  write(tryText: string): void {
    this.store.update({ tryText })
  }

  send(): void {
    const { tryText } = this.store.state
    if (tryText.trim() === '') return
    this.act({ do: 'send', text: tryText })
    this.write('')
  }

  /**
   * Says what became of a pair: finished answers, names, its label; never a text that still grows.
   */
  changed(before: EditorState | null | undefined, host: EditorState): void {
    const pair = host.trying?.pair
    if (!pair) return
    const earlier = before?.trying?.pair
    const hasChanged = earlier?.phase !== pair.phase
    const said = hasChanged ? saidOf(pair) : earlier.kept === pair.kept ? null : describeKept(pair)
    if (said !== null) this.store.update({ status: { shown: '', announced: said } })
  }

  private performOwn(command: TryCommand): void {
    if (command === 'write') this.store.update({ tryCalls: this.store.state.tryCalls + 1 })
    else this.act({ do: command })
  }
}

function saidOf(pair: TryPairView): string | null {
  const words = strings.trying
  switch (pair.phase) {
    case 'answered':
      return words.announced(pair.answers.map(({ text }) => text))
    case 'voted':
      return words.revealed(
        describeVote(pair),
        pair.answers.map(({ name }) => name ?? ''),
      )
    case 'stopped':
      return words.stopped
    case 'answering':
    case 'failed':
      return null
  }
}

/** Whether the pair is a label, and what it teaches; empty before it is kept. */
export function describeKept({ kept, vote, answers }: TryPairView): string {
  const words = strings.trying
  const best = typeof vote === 'object' ? answers[vote?.best ?? -1] : undefined
  const { text = '', finishReason = null } = best ?? {}
  const isLeftOut = kept === 'kept' && finishReason !== null && isCutOff({ text, finishReason })
  return isLeftOut ? words.keptCutOff : words.kept[kept]
}

/** "You preferred SmolLM2." */
export function describeVote({ vote, answers }: TryPairView): string {
  const words = strings.trying.voted
  if (vote === null) return ''
  return typeof vote === 'string' ? words[vote] : words.best(answers[vote.best]?.name ?? '')
}
