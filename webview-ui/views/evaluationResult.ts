// The result of an evaluation: win rates with their intervals as bars, and the figures behind them.
import { html, nothing, svg, type TemplateResult } from 'lit'
import type {
  Estimate,
  EvaluationResult,
  EvaluationView,
  JudgeVotes,
} from '../../src/shared/evaluation'
import { count } from '../numbers'
import { strings } from '../strings'
import { judgeReportView } from './judgeReport'

export function evaluationResult({ a, b, result, judges }: EvaluationView): TemplateResult {
  const words = strings.evaluation.result
  return html`<section class="evaluation-result" aria-labelledby="evaluation-result">
    <h3 id="evaluation-result">${words.title}</h3>
    ${result.win === null ? html`<p class="aside">${words.none}</p>` : rates(a, result.win, result)}
    ${perModel([a, b], result)} ${facts(result)} ${ofJudges(judges)}
  </section>`
}

function rates(a: string, win: Estimate, result: EvaluationResult): TemplateResult {
  const words = strings.evaluation.result
  const { lengthControlled, furtherPrompts, annotators } = result
  const alone = annotators.length < 2 ? [] : annotators
  return html`<dl class="rates" title=${words.meaning}>
      ${rate(words.win(a), win, 'main')} ${rateAtEqualLengths(lengthControlled, 'main')}
      ${alone.map((each) => (each.win ? rate(words.by(each.annotator), each.win, 'alone') : nothing))}
    </dl>
    ${scale()}
    <p>${settling(furtherPrompts)}</p>`
}

function scale(): TemplateResult {
  const words = strings.evaluation.result
  return html`<div class="rate-scale" aria-hidden="true">
    <span>${words.atPercent(0)}</span><span>${words.atPercent(50)}</span
    ><span>${words.atPercent(100)}</span>
  </div>`
}

/** Below all figures of people, and with a scale of its own: nothing adds the two up. */
function ofJudges(judges: readonly JudgeVotes[]): unknown {
  if (judges.length === 0) return nothing
  const words = strings.evaluation.result
  return html`<section class="judge-votes" aria-labelledby="judge-votes">
    <h3 id="judge-votes">${words.judges}</h3>
    <p class="aside">${words.judgesApart}</p>
    <dl class="rates">
      ${judges.map(({ win, lengthControlled, report: { judge } }) => [
        win ? rate(words.byJudge(judge), win, 'main') : nothing,
        rateAtEqualLengths(lengthControlled, 'alone'),
      ])}
    </dl>
    ${scale()} ${judges.map(({ report }) => judgeReportView(report))}
  </section>`
}

function rateAtEqualLengths(
  value: EvaluationResult['lengthControlled'],
  kind: 'main' | 'alone',
): TemplateResult {
  const words = strings.evaluation.result
  return typeof value === 'string'
    ? html`<div class=${kind}>
        <dt>${words.equalLengths}</dt>
        <dd class="aside">${words.notGiven(value)}</dd>
      </div>`
    : rate(words.equalLengths, value, kind)
}

function settling(further: number | null): string {
  const words = strings.evaluation.result
  if (further === null) return words.never
  return further === 0 ? words.settled : words.further(further)
}

function rate(label: string, value: Estimate, kind: 'main' | 'alone'): TemplateResult {
  const text = strings.evaluation.result.value(value)
  return html`<div class=${kind}>
    <dt>${label}</dt>
    <dd>
      ${bar(value)}
      <span>${text}</span>
    </dd>
  </div>`
}

/** From 0 to 100 %, with a line at one half; the text beside it says the same. */
function bar({ rate: at, low, high }: Estimate): TemplateResult {
  const part = (share: number): string => `${(100 * share).toFixed(2)}%`
  return html`<svg class="rate-bar" aria-hidden="true">
    ${svg`
      <line class="axis" x1="0" x2="100%" y1="50%" y2="50%"></line>
      <line class="half" x1="50%" x2="50%" y1="0" y2="100%"></line>
      <rect class="interval" x=${part(low)} width=${part(high - low)} y="25%" height="50%" rx="3"></rect>
      <circle class="rate" cx=${part(at)} cy="50%" r="5"></circle>
    `}
  </svg>`
}

function perModel(
  [a, b]: readonly [string, string],
  { votes, length }: EvaluationResult,
): TemplateResult {
  const words = strings.evaluation.result
  const row = (name: string, wins: number, characters: number): TemplateResult =>
    html`<tr>
      <th scope="row">${name}</th>
      <td>${count(wins)}</td>
      <td>${words.characters(characters)}</td>
    </tr>`
  return html`<table class="per-model">
    <thead>
      <tr>
        <th scope="col">${words.model}</th>
        <th scope="col">${words.votes}</th>
        <th scope="col">${words.meanLength}</th>
      </tr>
    </thead>
    <tbody>
      ${row(a, votes.a, length.a)} ${row(b, votes.b, length.b)}
    </tbody>
  </table>`
}

function facts(result: EvaluationResult): TemplateResult {
  const words = strings.evaluation.result
  const { votes, skips, equal, agreement, prompts } = result
  return html`<dl class="facts">
    ${fact(words.onPrompts, count(prompts))} ${fact(words.ties, count(votes.tie))}
    ${fact(words.allBad, count(votes.allBad))}
    ${skips === 0 ? nothing : fact(words.skipped, count(skips))}
    ${equal === 0 ? nothing : fact(words.equal, count(equal))}
    ${agreement.map(({ annotators, same }) =>
      fact(words.agree(annotators), words.share(same.count, same.of)),
    )}
  </dl>`
}

const fact = (label: string, value: string): TemplateResult =>
  html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`
