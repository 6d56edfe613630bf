// What a run changed beside the preferences: figures of the model before and after it.
import { html, nothing, type TemplateResult } from 'lit'
import type { ComparedFigure, RunView } from '../../src/shared/runProtocol'
import { icons } from '../icons'
import { decimal, wholePercent } from '../numbers'
import { strings } from '../strings'
import { button } from '../toolkit'
import type { Actions } from './actions'

export function runRegression({ id, regression, generates }: RunView, actions: Actions): unknown {
  if (!regression) return nothing
  const words = strings.runs.regression
  const { figures, warnings, basis } = regression
  return html`
    ${warnings.map(notice)}
    <details class="values" ?open=${warnings.length > 0}>
      <summary>${words.title}</summary>
      <p class="aside" id="regression-${id}">${basis}</p>
      <div class="scroller" tabindex="0" role="region" aria-label=${words.title}>
        <table aria-describedby="regression-${id}">
          <thead>
            <tr>
              ${[words.figure, words.before, words.after].map((head, column) => html`<th class=${column === 0 ? 'named' : ''} scope="col">${head}</th>`)}
            </tr>
          </thead>
          <tbody>
            ${figures.map(row)}
          </tbody>
        </table>
      </div>
      ${generates ? html`<div class="buttons">${button({ label: words.harness, press: () => actions.act({ copyHarness: id }) })}</div>` : nothing}
    </details>
  `
}

const row = (figure: ComparedFigure): TemplateResult =>
  html`<tr>
    <th scope="row">${figure.label}</th>
    ${[figure.before, figure.after].map((value) => html`<td>${cell(value, figure)}</td>`)}
  </tr>`

function cell(value: number | null, { unit }: ComparedFigure): string {
  if (value === null) return strings.runs.missing
  return unit === 'share' ? strings.runs.regression.percent(wholePercent(value)) : decimal(value)
}

const notice = (text: string): TemplateResult =>
  html`<div class="notice warning" role="note">
    ${icons.warning}
    <div class="notice-text"><p>${text}</p></div>
  </div>`
