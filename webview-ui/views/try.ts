// The view that tries two models: which two, the conversation, their answers, the next prompt.
import { html, nothing, type TemplateResult } from 'lit'
import type { Message } from '../../src/shared/domain'
import type { EditorState } from '../../src/shared/editorProtocol'
import type { TryPairView, TryView } from '../../src/shared/tryView'
import { icons } from '../icons'
import { count } from '../numbers'
import type { State } from '../state'
import { strings } from '../strings'
import '../styles/try.css'
import { badge, button, promptField } from '../toolkit'
import { offersOwn, tryCommandFor } from '../tryKeys'
import type { Actions } from './actions'
import { text } from './text'
import { tryAnswers } from './tryAnswers'
import { tryDecisions } from './tryDecisions'
import { TRY_PROMPT } from './tryFocus'
import { trySetup } from './trySetup'
import type { View } from './view'

const words = strings.trying

export const tryView: View<'try'> = {
  id: 'try',
  label: strings.views.try,
  badge: ({ trying }) =>
    trying && trying.tally.kept > 0 ? badge(count(trying.tally.kept)) : nothing,
  command: (press, { host }) => tryCommandFor(press, host?.trying?.pair ?? null),
  draw: (host, state, actions) =>
    host.trying ? page(host, host.trying, state, actions) : nothingYet(host, actions),
}

function nothingYet({ file }: EditorState, actions: Actions): TemplateResult {
  return html`<section class="stage" aria-labelledby="stage-title">
    <h2 id="stage-title">${words.none.title}</h2>
    <p>${words.none.body}</p>
    <div class="buttons">
      ${button({
        label: words.none.start,
        kind: 'primary',
        disabled: file.phase !== 'open',
        press: () => actions.act({ trying: { do: 'open' } }),
      })}
    </div>
  </section>`
}

function page(host: EditorState, view: TryView, state: State, actions: Actions): TemplateResult {
  const { pair, turns } = view
  const { raw } = state.display
  const isOpen = host.file.phase === 'open'
  return html`<div class="column try">
    <h2 class="visually-hidden">${words.none.title}</h2>
    ${trySetup(view, actions)} ${notBuilt(view, actions)}
    ${
      pair
        ? html`${conversation(turns, pair, raw)} ${tryAnswers(pair, raw, isOpen, actions)}`
        : html`<p class="try-hint aside">${words.none.body}</p>`
    }
    <div class="try-foot">
      ${pair ? tryDecisions(pair, actions) : nothing} ${composer(host, view, state, actions)}
    </div>
  </div>`
}

function notBuilt({ notBuilt: ids, models }: TryView, actions: Actions): unknown {
  const nameOf = (id: string): string => models.find((model) => model.id === id)?.label ?? ''
  return ids.map(
    (model) =>
      html`<div class="notice warning" role="note">
        ${icons.warning}
        <div class="notice-text"><p>${words.notBuilt(nameOf(model))}</p></div>
        <div class="buttons">
          ${button({ label: words.build, press: () => actions.act({ trying: { do: 'build', model } }) })}
        </div>
      </div>`,
  )
}

function conversation(
  turns: readonly Message[],
  { prompt }: TryPairView,
  raw: boolean,
): TemplateResult {
  const all: Message[] = [...turns, { role: 'user', content: prompt }]
  return html`<section class="prompt" aria-label=${words.conversation}>
    <div class="turns named">
      ${all.map(
        ({ role, content }, place) =>
          html`<div class="turn ${role} ${place < turns.length ? 'earlier' : 'last'}">
            <span class="role">${strings.task.roles[role]}</span>
            <div class="turn-text">${text(content, raw, 2)}</div>
          </div>`,
      )}
    </div>
  </section>`
}

function composer(
  { trusted, file }: EditorState,
  { pair, chosen, notBuilt: missing }: TryView,
  { tryText }: State,
  actions: Actions,
): TemplateResult {
  const mayWrite = trusted && offersOwn('write', pair)
  const isReady = file.phase === 'open' && chosen.every(Boolean) && missing.length === 0
  return html`<div class="composer">
    ${promptField({
      id: TRY_PROMPT,
      label: words.prompt,
      value: tryText,
      placeholder: trusted ? words.placeholder[pair?.phase ?? 'none'] : words.untrusted,
      disabled: !mayWrite,
      changed: (value) => actions.writePrompt(value),
      submit: () => {
        if (isReady) actions.sendPrompt()
      },
    })}
    ${button({
      label: words.send,
      kind: 'primary',
      disabled: !mayWrite || !isReady || tryText.trim() === '',
      press: () => actions.sendPrompt(),
    })}
  </div>`
}
