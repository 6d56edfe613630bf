// The form before a training run: model, method, hyper-parameters, and what to look at first.
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type {
  FieldGroup,
  FormField,
  RowFinding,
  TrainingForm,
  TrainingFormAction,
} from '../../src/shared/trainingForm'
import { icons } from '../icons'
import { strings } from '../strings'
import { button, choiceField, textField, toggleField } from '../toolkit'
import type { Actions } from './actions'

const words = strings.runs.form

export function trainingForm(form: TrainingForm, actions: Actions): TemplateResult {
  const act = (action: TrainingFormAction): void => actions.act({ trainingForm: action })
  return html`<section class="training-form" aria-labelledby="training-title">
    <h2 id="training-title">${words.title}</h2>
    ${choices(form, act)} ${form.findings.length === 0 ? nothing : findings(form.findings, actions)}
    ${repeat(
      form.groups,
      ({ title }) => title,
      (group) => fieldGroup(group, form.isPreparing, act),
    )}
    ${footer(form, act)}
  </section>`
}

type Act = (action: TrainingFormAction) => void

function choices(form: TrainingForm, act: Act): TemplateResult {
  const { models, model, methods, method, presets, isPreparing } = form
  const chosen = methods.find(({ id }) => id === method)
  return html`<div class="form-row">
      <label for="training-model">${words.model}</label>
      <div class="form-control">
        ${choiceField({
          id: 'training-model',
          value: model,
          disabled: isPreparing,
          choices: models,
          changed: (id) => act({ do: 'model', model: id }),
        })}
        ${button({
          label: words.otherModel,
          disabled: isPreparing,
          press: () => act({ do: 'otherModel' }),
        })}
      </div>
    </div>
    <div class="form-row">
      <label for="training-method">${words.method}</label>
      <div class="form-control">
        ${choiceField({
          id: 'training-method',
          value: method,
          describedBy: 'training-meaning',
          disabled: isPreparing,
          choices: methods.map(({ id, label, rows }) => ({ id, label: `${label} · ${rows}` })),
          changed: (id) => act({ do: 'method', method: id }),
        })}
      </div>
    </div>
    <p class="aside form-meaning" id="training-meaning">${chosen?.meaning ?? ''}</p>
    ${form.rounds.length === 0 ? nothing : roundChoices(form, act)}
    <div class="form-row" role="group" aria-labelledby="training-presets">
      <span id="training-presets">${words.presets}</span>
      <div class="form-control">
        ${presets.map(({ id, label, meaning }) =>
          button({
            label,
            tooltip: meaning,
            disabled: isPreparing,
            press: () => act({ do: 'preset', preset: id }),
          }),
        )}
      </div>
    </div>`
}

function roundChoices({ rounds, isPreparing }: TrainingForm, act: Act): TemplateResult {
  return html`<div class="form-row" role="group" aria-labelledby="training-rounds">
    <span id="training-rounds">${words.rounds}</span>
    <div class="form-control">
      ${rounds.map(
        ({ number, isChosen }) =>
          html`<button
            class="filter"
            aria-pressed=${isChosen}
            ?disabled=${isPreparing}
            @click=${() => act({ do: 'round', round: number, isChosen: !isChosen })}
          >
            ${words.round(number)}
          </button>`,
      )}
    </div>
  </div>`
}

function fieldGroup(group: FieldGroup, isPreparing: boolean, act: Act): TemplateResult {
  const { title, isAdvanced, fields } = group
  const rows = html`<div class="form-fields">
    ${fields.map((field) => fieldRow(field, isPreparing, act))}
  </div>`
  if (!isAdvanced)
    return html`<section class="form-group" aria-label=${title}>
      <h3>${title}</h3>
      ${rows}
    </section>`
  const changed = fields.filter(({ isChanged }) => isChanged).length
  return html`<details class="form-group">
    <summary>${words.advanced(title, changed)}</summary>
    ${rows}
  </details>`
}

function fieldRow(field: FormField, isPreparing: boolean, act: Act): TemplateResult {
  const { key, meaning, isChanged } = field
  return html`<div class="form-field ${isChanged ? 'changed' : ''}">
    <label for="field-${key}">${key}</label>
    <div class="form-control">
      ${control(field, isPreparing, act)}
      ${isChanged ? button({ label: words.reset(key), icon: icons.undo, iconOnly: true, kind: 'quiet', press: () => act({ do: 'set', key, value: null }) }) : nothing}
    </div>
    <p class="aside" id="meaning-${key}">${meaning}</p>
  </div>`
}

function control(field: FormField, disabled: boolean, act: Act): TemplateResult {
  const { key, kind, choices: ids, value } = field
  const options = {
    id: `field-${key}`,
    value,
    describedBy: `meaning-${key}`,
    disabled,
    changed: (entered: string) => act({ do: 'set', key, value: entered.trim() || null }),
  }
  switch (kind) {
    case 'toggle':
      return toggleField(options)
    case 'choice':
      return choiceField({ ...options, choices: ids.map((id) => ({ id, label: id })) })
    case 'number':
    case 'text':
      return textField({ ...options, isNumber: kind === 'number' })
  }
}

function findings(found: readonly RowFinding[], actions: Actions): TemplateResult {
  const open = (position: number): void => {
    actions.show('label')
    actions.goTo({ position })
  }
  return html`<section class="form-group findings" aria-labelledby="training-findings">
    <h3 id="training-findings">${icons.warning} ${words.findings}</h3>
    <ul>
      ${found.map(
        ({ message, positions }) =>
          html`<li>
            ${message}
            ${positions.map(
              (position) =>
                html`<button class="link-button" @click=${() => open(position)}>
                  ${words.prompt(position)}
                </button>`,
            )}
          </li>`,
      )}
    </ul>
  </section>`
}

function footer({ plan, problem, isPreparing }: TrainingForm, act: Act): TemplateResult {
  const cannotStart = isPreparing || problem !== null
  return html`<div class="form-foot">
    <p class=${problem === null ? 'plan' : 'problem'} role="status">
      ${isPreparing ? words.preparing : (problem ?? plan)}
    </p>
    <div class="buttons">
      ${button({ label: words.start, kind: 'primary', disabled: cannotStart, press: () => act({ do: 'start' }) })}
      ${button({ label: words.showRows, disabled: cannotStart, press: () => act({ do: 'showRows' }) })}
      ${button({ label: words.copyCommand, disabled: problem !== null, press: () => act({ do: 'copyCommand' }) })}
      ${button({ label: words.writeJob, disabled: cannotStart, press: () => act({ do: 'writeJob' }) })}
      ${button({ label: words.close, disabled: isPreparing, press: () => act({ do: 'close' }) })}
    </div>
  </div>`
}
