// The form before a training run: model, method, hyper-parameters, and what to look at first.
import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type {
  FieldGroup,
  FormField,
  TrainingRowFinding,
  TrainingForm,
  TrainingFormAction,
} from '../../src/shared/trainingForm'
import type { RunView } from '../../src/shared/runProtocol'
import { icons } from '../icons'
import { strings } from '../strings'
import { button, choiceField, textField, toggleField } from '../toolkit'
import type { Actions } from './actions'

const words = strings.runs.form

/** @param runs of the curation, which a field may name. */
export function trainingForm(
  form: TrainingForm,
  runs: readonly RunView[],
  actions: Actions,
): TemplateResult {
  const act = (action: TrainingFormAction): void => actions.act({ trainingForm: action })
  return html`<section class="training-form" aria-labelledby="training-title">
    <h2 id="training-title">${words.title}</h2>
    ${choices(form, act)} ${form.findings.length === 0 ? nothing : findings(form.findings, actions)}
    ${repeat(
      form.groups,
      ({ title }) => title,
      (group) => fieldGroup(group, { runs, isPreparing: form.isPreparing, act }),
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

/** What the controls of a form share. */
interface Form {
  runs: readonly RunView[]
  isPreparing: boolean
  act: Act
}

function fieldGroup(group: FieldGroup, form: Form): TemplateResult {
  const { title, isAdvanced, fields } = group
  const rows = html`<div class="form-fields">${fields.map((field) => fieldRow(field, form))}</div>`
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

function fieldRow(field: FormField, form: Form): TemplateResult {
  const { key, kind, meaning, isChanged, note } = field
  return html`<div
    class="form-field ${isChanged ? 'changed' : ''} ${kind === 'file' ? 'wide' : ''}"
  >
    <label for="field-${key}">${key}</label>
    <div class="form-control">
      ${control(field, form)}
      ${isChanged ? button({ label: words.reset(key), icon: icons.undo, iconOnly: true, kind: 'quiet', press: () => form.act({ do: 'set', key, value: null }) }) : nothing}
    </div>
    <p class="aside" id="meaning-${key}">${meaning}</p>
    ${note ? html`<p class=${note.isProblem ? 'problem' : nothing} id="note-${key}" role="status">${note.text}</p>` : nothing}
  </div>`
}

function control(field: FormField, { runs, isPreparing, act }: Form): TemplateResult {
  const { key, kind, choices: ids, value } = field
  const options = {
    id: `field-${key}`,
    value,
    describedBy: field.note ? `meaning-${key} note-${key}` : `meaning-${key}`,
    disabled: isPreparing,
    changed: (entered: string) => act({ do: 'set', key, value: entered.trim() || null }),
  }
  switch (kind) {
    case 'toggle':
      return toggleField(options)
    case 'choice':
      return choiceField({ ...options, choices: ids.map((id) => ({ id, label: id })) })
    case 'run':
      return choiceField({ ...options, choices: runChoices(field, runs) })
    case 'file':
      return html`${textField(options)}
      ${button({
        label: words.chooseFile,
        disabled: isPreparing,
        press: () => act({ do: 'chooseFile', key }),
      })}`
    case 'number':
    case 'text':
      return textField({ ...options, isNumber: kind === 'number' })
  }
}

/** The value of a copied command may be no run of this curation. */
function runChoices(
  { choices, value }: FormField,
  runs: readonly RunView[],
): { id: string; label: string }[] {
  const ids = value === '' || choices.includes(value) ? choices : [value, ...choices]
  const nameOf = strings.runs.table.names(runs)
  const labelOf = (id: string): string => {
    const run = runs.find((each) => each.id === id)
    return run ? nameOf(run) : id
  }
  return [{ id: '', label: words.noRun }, ...ids.map((id) => ({ id, label: labelOf(id) }))]
}

function findings(found: readonly TrainingRowFinding[], actions: Actions): TemplateResult {
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
