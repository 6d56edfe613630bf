// The head of the editor in one row: which curation, its views, its state in numbers, work under
// way, the next step, and a menu for the rest.
import { html, nothing, type TemplateResult } from 'lit'
import type { Counts } from '../../src/shared/curationViews'
import type { EditorState } from '../../src/shared/editorProtocol'
import { icons } from '../icons'
import { count } from '../numbers'
import { nextStep, stageOf } from '../stage'
import type { State } from '../state'
import { strings } from '../strings'
import { button, choiceField } from '../toolkit'
import type { Actions } from './actions'
import { activityLine } from './activity'
import { menu } from './menu'
import { tabs } from './tabs'

export function header(host: EditorState, state: State, actions: Actions): TemplateResult {
  const { file, counts, activity } = host
  return html`<header class="header">
    <h1 title=${file.name}>${file.name}</h1>
    ${rounds(host, actions)} ${tabs(host, state, actions)}
    <div class="header-end">
      ${counts ? numbers(counts, file.phase === 'broken') : nothing}
      ${activity ? activityLine(activity, actions) : nothing} ${nextButton(host, state, actions)}
      ${menu(host, actions)}
    </div>
  </header>`
}

/** A list of the rounds, where there are several: the chosen one is shown. */
function rounds({ rounds, file }: EditorState, actions: Actions): unknown {
  if (rounds.length === 0) return nothing
  const words = strings.header
  const shown = rounds.find(({ isShown }) => isShown)
  return html`<span class="rounds">
    ${choiceField({
      id: 'round',
      label: words.round,
      value: String(shown?.number ?? ''),
      disabled: file.phase !== 'open',
      choices: rounds.map(({ number, generator }) => ({
        id: String(number),
        label: words.inRound(number),
        tooltip: generator,
      })),
      changed: (number) => actions.act({ showRound: Number(number) }),
    })}
  </span>`
}

/** @param stale they are of a file that cannot be read now. */
function numbers({ annotated, budget, pairs }: Counts, stale: boolean): TemplateResult {
  const words = strings.header
  return html`<ul
    class=${stale ? 'numbers stale' : 'numbers'}
    aria-label=${words.state}
    title=${stale ? words.stale : nothing}
  >
    <li>
      ${icons.check}<b>${count(annotated)}</b> ${words.of(budget)}
      <span class="word">${words.labelled}</span>
    </li>
    <li><b>${count(pairs)}</b> ${words.pairs(pairs)}</li>
  </ul>`
}

/** Screens without a selection show the next step themselves, and so does the list of runs. */
function nextButton(host: EditorState, state: State, actions: Actions): unknown {
  const stage = stageOf(host, state.task)
  if (state.view === 'label' && stage !== 'labelling') return nothing
  const next = nextStep(host, stage)
  if (!next || (state.view === 'runs' && next.action === 'train')) return nothing
  const isFirst = (host.counts?.selected ?? 0) === 0
  return button({
    label: next.label,
    kind: isFirst || next.action === 'train' ? 'primary' : 'secondary',
    press: () => actions.act(next.action),
  })
}
