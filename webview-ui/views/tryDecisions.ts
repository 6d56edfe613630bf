// What can be done with two answers: stop them, vote, keep the pair as a label, ask again.
import { html, nothing, type TemplateResult } from 'lit'
import type { TryPairView } from '../../src/shared/tryView'
import { icons } from '../icons'
import { KEYS, type TryCommand } from '../keys'
import { strings } from '../strings'
import { button, type ButtonOptions, progressRing } from '../toolkit'
import { describeKept, describeVote } from '../trying'
import { offersOwn, TRY_KEYS } from '../tryKeys'
import type { Actions } from './actions'
import { command } from './command'
import { failureNotice } from './notices'

const words = strings.trying

export function tryDecisions(pair: TryPairView, actions: Actions): TemplateResult {
  const own = (name: TryCommand, options: Partial<ButtonOptions> = {}): unknown =>
    offersOwn(name, pair) ? ownButton(name, actions, options) : nothing
  if (pair.failure) return failureNotice(pair.failure, [ownButton('again', actions)])
  return html`<section class="decisions" aria-label=${words.choices}>
    <div class="status" aria-hidden="true">${statusOf(pair)}</div>
    <div class="buttons others">
      ${own('stop', { icon: icons.stop })} ${votes(pair, actions)}
      ${own('keep', { kind: 'primary', tooltip: words.keepMeaning })}
      ${pair.kept === 'kept' ? undoButton(actions) : nothing} ${own('write')}
    </div>
    <div class="buttons after">${own('again', { kind: 'quiet' })}</div>
  </section>`
}

function votes({ phase }: TryPairView, actions: Actions): unknown {
  return phase === 'answered'
    ? html`${command('tie', actions)} ${command('allBad', actions)}`
    : nothing
}

function ownButton(
  name: TryCommand,
  actions: Actions,
  options: Partial<ButtonOptions> = {},
): TemplateResult {
  const key = TRY_KEYS[name]
  return button({
    label: words[name],
    key: key === 'Escape' ? words.escape : key,
    shortcut: key,
    press: () => actions.perform({ do: 'try', command: name }),
    ...options,
  })
}

const undoButton = (actions: Actions): TemplateResult =>
  button({
    label: strings.commands.undo.button,
    key: KEYS.undo.shown,
    shortcut: KEYS.undo.spoken,
    press: () => actions.perform({ do: 'undo' }),
  })

function statusOf(pair: TryPairView): unknown {
  const { phase, sentence, answers } = pair
  switch (phase) {
    case 'answering': {
      const hasBegun = answers.some(({ text, isReasoning }) => text !== '' || isReasoning)
      const said = hasBegun ? words.writing : (sentence ?? words.waiting)
      return html`${progressRing()}<span>${said}</span>`
    }
    case 'answered':
      return html`<span>${words.question}</span>`
    case 'voted':
      return html`<span>${describeVote(pair)} ${describeKept(pair)}</span>`
    case 'stopped':
    case 'failed':
      return html`<span>${words.stopped}</span>`
  }
}
