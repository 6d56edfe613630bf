// The result of a simulation: one sentence of advice, then each rule at each number of labels with
// its gain drawn on a common scale.
import { html, nothing, svg, type TemplateResult } from 'lit'
import {
  groupsOf,
  percentText,
  ruleName,
  signedPoints,
  signedInterval,
} from '../../src/core/simulation/advice'
import type { BaselineFigures, RuleFigures } from '../../src/shared/simulation'
import type { SimulationResult } from '../../src/shared/simulationView'
import { count } from '../numbers'
import { strings } from '../strings'

const words = strings.simulation
/** The scale reaches at least so far from 0, as a share. */
const LEAST_REACH = 0.01

export function simulationResult({ report, advice, source }: SimulationResult): TemplateResult {
  const { rules, baselines, pool } = report
  const reach = Math.max(
    LEAST_REACH,
    ...rules.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]).filter(Number.isFinite),
  )
  const heads = words.table
  return html`<section class="simulate-result" aria-labelledby="simulate-advice">
    <h3 id="simulate-advice">${advice}</h3>
    <p class="aside">${words.facts(pool, source)}</p>
    <div class="scroller" tabindex="0" role="region" aria-label=${heads.label}>
      <table>
        <thead>
          <tr>
            <th class="named" scope="col">${heads.rule}</th>
            <th scope="col">${heads.labels}</th>
            <th class="gain" scope="col">
              ${heads.gain}
              <span class="gain-scale" aria-hidden="true">
                <span>${signedPoints(-reach)}</span><span>0</span
                ><span>${signedPoints(reach)}</span>
              </span>
            </th>
            <th scope="col">${heads.accuracy}</th>
            <th scope="col" title=${heads.bestMeaning}>${heads.best}</th>
            <th scope="col">${heads.nearTies}</th>
          </tr>
        </thead>
        ${groupsOf(rules).map((group) => groupOf(group, reach))}
        <tbody>
          ${baselines.map(baselineRow)}
        </tbody>
      </table>
    </div>
  </section>`
}

const groupOf = (group: readonly RuleFigures[], reach: number): TemplateResult =>
  html`<tbody>
    ${group.map(
      (one, place) =>
        html`<tr>
          ${
            place === 0
              ? html`<th scope="rowgroup" rowspan=${group.length}>${ruleName(one)}</th>`
              : nothing
          }
          <td>${count(Math.round(one.labels))}</td>
          <td class="gain">${gainOf(one, reach)}</td>
          <td>${words.percent(percentText(one.accuracy))}</td>
          <td>${one.bestOfN.toFixed(3)}</td>
          <td>${words.percent(percentText(one.nearTies))}</td>
        </tr>`,
    )}
  </tbody>`

function gainOf({ rule, gain, low, high }: RuleFigures, reach: number): unknown {
  if (rule === 'random') return nothing
  const at = (share: number): string =>
    `${Math.min(100, Math.max(0, 50 + (50 * share) / reach)).toFixed(2)}%`
  const kind = low > 0 ? 'better' : high < 0 ? 'worse' : 'unsure'
  return html`<span class="gain-cell ${kind}">
    <svg class="gain-bar" aria-hidden="true">
      ${svg`
        <line class="zero" x1="50%" x2="50%" y1="0" y2="100%"></line>
        <line class="interval" x1=${at(low)} x2=${at(high)} y1="50%" y2="50%"></line>
        <circle cx=${at(gain)} cy="50%" r="4"></circle>
      `}
    </svg>
    <span>${signedInterval({ mean: gain, low, high })}</span>
  </span>`
}

const baselineRow = ({ baseline, accuracy, bestOfN }: BaselineFigures): TemplateResult =>
  html`<tr class="baseline">
    <th scope="row">${words.baseline[baseline]}</th>
    <td>0</td>
    <td class="gain">${words.table.baselines}</td>
    <td>${words.percent(percentText(accuracy))}</td>
    <td>${bestOfN.toFixed(3)}</td>
    <td></td>
  </tr>`
