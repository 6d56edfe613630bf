// Which two models are tried, at which temperature, and the votes on them so far.
import { html, nothing, type TemplateResult } from 'lit'
import type { TryAction, TryTally, TryView } from '../../src/shared/tryView'
import { count } from '../numbers'
import { strings } from '../strings'
import { button, choiceField, textField } from '../toolkit'
import type { Actions } from './actions'

const words = strings.trying
/** Of the entry that asks for another model. */
const OTHER = 'other'

export function trySetup(view: TryView, actions: Actions): TemplateResult {
  const act = (action: TryAction): void => actions.act({ trying: action })
  const isFixed = view.pair?.phase === 'answering'
  return html`<section class="try-setup" aria-label=${words.setup}>
    <div class="try-models">
      ${modelField(view, 0, isFixed, act)} <span class="aside">${words.against}</span>
      ${modelField(view, 1, isFixed, act)}
    </div>
    <div class="try-temperature">
      <label for="try-temperature" title=${words.temperatureMeaning}>${words.temperature}</label>
      ${textField({
        id: 'try-temperature',
        value: String(view.temperature),
        isNumber: true,
        disabled: isFixed,
        changed: (value) => act({ do: 'temperature', value: Number.parseFloat(value) }),
      })}
    </div>
    <div class="try-end">
      ${tally(view.tally)}
      ${view.pair ? button({ label: words.restart, kind: 'quiet', press: () => act({ do: 'restart' }) }) : nothing}
    </div>
  </section>`
}

function modelField(
  { models, chosen }: TryView,
  side: number,
  disabled: boolean,
  act: (action: TryAction) => void,
): TemplateResult {
  const id = `try-model-${side}`
  const value = chosen[side] ?? ''
  return choiceField({
    id,
    label: words.model(side),
    value,
    disabled,
    choices: [
      ...(value === '' ? [{ id: '', label: words.choose }] : []),
      ...models,
      { id: OTHER, label: words.other },
    ],
    changed: (model) => {
      // until another model was named, the present one stays
      const field = document.getElementById(id)
      if (model === OTHER && field instanceof HTMLSelectElement) field.value = value
      act(model === OTHER ? { do: 'other', side } : { do: 'choose', side, model })
    },
  })
}

function tally(votes: TryTally): unknown {
  const { wins, ties, allBad } = votes
  if ([...wins, ties, allBad].every((number) => number === 0)) return nothing
  const entries = words.tally.entries(votes)
  return html`<ul class="try-tally" aria-label=${words.tally.label}>
    ${entries.map(([name, number]) => html`<li><bdi>${name}</bdi> <b>${count(number)}</b></li>`)}
  </ul>`
}
