// The view that simulates selection: settings, progress, then advice, chart and table.
import { html, nothing, type TemplateResult } from 'lit'
import type {
  SimulationAction,
  SimulationChoice,
  SimulationProgress,
  SimulationView,
} from '../../src/shared/simulationView'
import { generalCommandFor } from '../keys'
import { strings } from '../strings'
import '../styles/simulate.css'
import { button, choiceField, textField, toggleField } from '../toolkit'
import type { Actions } from './actions'
import { progressBar } from './progressBar'
import { simulationResult } from './simulationResult'
import { opening } from './stages'
import type { View } from './view'

const words = strings.simulation
const FILE = 'file'
const OWN = 'own'
type Act = (action: SimulationAction) => void

export const simulateView: View<'simulate'> = {
  id: 'simulate',
  label: strings.views.simulate,
  isOffered: ({ simulation }) => simulation !== null,
  badge: () => nothing,
  command: generalCommandFor,
  draw: ({ simulation, trusted }, _, actions) =>
    simulation ? page(simulation, trusted, actions) : opening(),
}

function page(view: SimulationView, trusted: boolean, actions: Actions): TemplateResult {
  const act: Act = (action) => actions.act({ simulation: action })
  const { progress, failure, result } = view
  return html`<section class="simulate" aria-labelledby="simulate-title">
    <h2 id="simulate-title">${words.title}</h2>
    <p class="aside simulate-intro">${words.intro}</p>
    ${settings(view, act)}
    <div class="buttons">
      ${
        progress
          ? button({ label: words.stop, press: () => act({ do: 'stop' }) })
          : button({
              label: words.run,
              kind: 'primary',
              disabled: !trusted,
              press: () => act({ do: 'run' }),
            })
      }
      ${progress ? progressOf(progress) : nothing}
    </div>
    ${failure ? html`<p class="simulate-failure" role="alert">${failureText(failure)}</p>` : nothing}
    ${result ? simulationResult(result) : nothing}
  </section>`
}

const failureText = ({ message, remedy }: NonNullable<SimulationView['failure']>): string =>
  remedy === undefined ? message : `${message} ${remedy}`

function progressOf({ sentence, done, total, secondsLeft }: SimulationProgress): TemplateResult {
  return html`<span class="simulate-progress">
    <span>${words.step(sentence, done, total)}</span>
    ${total === 0 ? nothing : progressBar(words.progress, done, total)}
    ${secondsLeft === null ? nothing : html`<span class="aside">${words.left(secondsLeft)}</span>`}
  </span>`
}

function settings(view: SimulationView, act: Act): TemplateResult {
  const { choice, rules, progress } = view
  const disabled = progress !== null
  const change = (changed: Partial<SimulationChoice>): void =>
    act({ do: 'change', change: changed })
  const number = (name: 'n' | 'k' | 'splits', tooltip?: string): TemplateResult =>
    field(
      `simulate-${name}`,
      words[name],
      textField({
        id: `simulate-${name}`,
        value: String(choice[name]),
        isNumber: true,
        disabled,
        changed: (text) => change({ [name]: Number(text) }),
      }),
      tooltip,
    )
  return html`<div class="simulate-settings">
      ${field('simulate-source', words.source, sourceField(view, disabled, act))}
      ${field(
        'simulate-budgets',
        words.budgets,
        textField({
          id: 'simulate-budgets',
          value: choice.budgets.join(', '),
          disabled,
          changed: (text) => change({ budgets: numbersIn(text) }),
        }),
      )}
      ${number('n')} ${number('k')} ${number('splits', words.splitsMeaning)}
    </div>
    <fieldset class="simulate-rules">
      <legend>${words.rules}</legend>
      ${rules.map((rule) => ruleToggle(rule, choice.rules, disabled, change))}
    </fieldset>`
}

const numbersIn = (text: string): number[] =>
  text
    .split(/[\s,;]+/)
    .filter((part) => part !== '')
    .map(Number)

function sourceField({ file }: SimulationView, disabled: boolean, act: Act): TemplateResult {
  const value = file === null ? OWN : file
  return choiceField({
    id: 'simulate-source',
    value,
    disabled,
    choices: [
      { id: OWN, label: words.own },
      ...(file === null ? [] : [{ id: file, label: file }]),
      { id: FILE, label: words.file },
    ],
    changed: (chosen) => {
      // until another file was chosen, the present source stays
      const select = document.getElementById('simulate-source')
      if (chosen === FILE && select instanceof HTMLSelectElement) select.value = value
      if (chosen === FILE) act({ do: 'chooseFile' })
      else if (chosen === OWN) act({ do: 'useOwn' })
    },
  })
}

function ruleToggle(
  rule: string,
  chosen: readonly string[],
  disabled: boolean,
  change: (changed: Partial<SimulationChoice>) => void,
): TemplateResult {
  const id = `simulate-rule-${rule}`
  const toggle = toggleField({
    id,
    value: String(chosen.includes(rule)),
    disabled,
    changed: (value) =>
      change({
        rules: value === 'true' ? [...chosen, rule] : chosen.filter((other) => other !== rule),
      }),
  })
  return html`<span title=${rule.startsWith('oracle-') ? words.oracle : nothing}
    >${toggle} <label for=${id}>${rule}</label></span
  >`
}

const field = (
  id: string,
  label: string,
  control: TemplateResult,
  tooltip?: string,
): TemplateResult =>
  html`<div class="simulate-field">
    <label for=${id} title=${tooltip ?? nothing}>${label}</label>
    ${control}
  </div>`
