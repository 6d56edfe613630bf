// The menu: all numbers of the curation, its files, the log.
import { html, nothing, type TemplateResult } from 'lit'
import type { Counts } from '../../src/shared/curationViews'
import type { Action, EditorState } from '../../src/shared/editorProtocol'
import { icons } from '../icons'
import { count } from '../numbers'
import { modelName } from '../modelName'
import { strings } from '../strings'
import { button } from '../toolkit'
import type { Actions } from './actions'
import { keepEscape, popover } from './popover'

const ID = 'menu'

const ENTRIES: readonly (readonly [Action, string])[] = [
  ['export', strings.actions.export],
  [{ simulation: { do: 'open' } }, strings.header.simulate],
  ['openOutput', strings.header.openOutput],
  ['openText', strings.header.openText],
  ['showLog', strings.header.showLog],
]

export function menu(host: EditorState, actions: Actions): TemplateResult {
  const words = strings.header
  const press = (action: Action): void => {
    popover(ID)?.hidePopover()
    actions.act(action)
  }
  return html`<button
      class="icon-button menu-button"
      popovertarget=${ID}
      aria-haspopup="dialog"
      aria-label=${words.more}
      title=${words.more}
    >
      ${icons.more}
    </button>
    <div
      id=${ID}
      class="popover menu"
      popover
      role="dialog"
      aria-label=${words.more}
      @keydown=${keepEscape}
    >
      ${details(host)}
      <div class="menu-entries">
        ${ENTRIES.map(([action, label]) => button({ label, kind: 'quiet', press: () => press(action) }))}
      </div>
    </div>`
}

/** "5", or "5, 11 to come" where the rule learns from labels. */
const selected = ({ selected: made, due = 0 }: Counts): string =>
  due === 0 ? count(made) : [count(made), strings.header.due(due)].join(', ')

function details({ counts, settings }: EditorState): unknown {
  if (!counts || !settings) return nothing
  const words = strings.header
  const wanted =
    counts.candidates === counts.candidatesWanted ? '' : words.of(counts.candidatesWanted)
  const rows: [string, unknown][] = [
    [words.details.prompts, count(counts.prompts)],
    [words.details.candidates, `${count(counts.candidates)} ${wanted}`],
    ...(counts.cutOff > 0
      ? [[words.details.cutOff, count(counts.cutOff)] as [string, string]]
      : []),
    [words.details.selected, selected(counts)],
    [
      words.details.labelled,
      html`${count(counts.annotated)} ${words.of(counts.budget)} ${words.by}
        <bdi>${settings.annotator}</bdi>`,
    ],
    [words.details.pairs, count(counts.pairs)],
    [words.details.model, settings.device ?? modelName(settings.generator)],
  ]
  return html`<dl class="details">
    ${rows.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`
}
