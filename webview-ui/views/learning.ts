// The learning curve of the labels: a small chart with its interval, and what it says.
import { html, nothing, svg, type TemplateResult } from 'lit'
import { learningSentences } from '../../src/core/labelAnalysis/text'
import type { LearningCurve, LearningCurvePoint } from '../../src/shared/labelAnalysis'
import type { AnalysisState } from '../analysis'
import { count, wholePercent } from '../numbers'
import { strings } from '../strings'
import '../styles/learning.css'
import { progressRing } from '../toolkit'

/** Of the drawing, in its own units. */
const SIZE = { width: 280, height: 96 }
/** Lowest share of the scale, unless an interval goes below. */
const CHANCE = 0.5

export function learningView({ value, failure, isUnderWay }: AnalysisState): unknown {
  const words = strings.review.learning
  if (failure !== null) return html`<p class="learning-failed">${words.failed(failure)}</p>`
  if (!value)
    return isUnderWay
      ? html`<p class="learning-busy">${progressRing()} ${strings.review.again.computing}</p>`
      : nothing
  if (value.labels === 0) return nothing
  return html`<section class="learning" aria-labelledby="learning-title">
    <h2 id="learning-title" title=${words.meaning}>${words.title}</h2>
    ${value.curve ? chart(value.curve) : nothing}
    <p class="learning-said">
      ${learningSentences(value).map((each) => html`<span>${each}</span>`)}
    </p>
  </section>`
}

function chart({ points, longer }: LearningCurve): TemplateResult {
  const words = strings.review.learning
  const most = points.at(-1)?.labels ?? 1
  const lowest = Math.min(CHANCE, longer.low, ...points.map(({ low }) => low))
  const x = (labels: number): number => (labels / most) * SIZE.width
  const y = (share: number): number => ((1 - share) / (1 - lowest)) * SIZE.height
  const at = (labels: number, share: number): string =>
    `${x(labels).toFixed(1)},${y(share).toFixed(1)}`
  const band = [
    ...points.map(({ labels, high }) => at(labels, high)),
    ...points.toReversed().map(({ labels, low }) => at(labels, low)),
  ]
  return html`<figure class="learning-chart">
    <div class="learning-scale" aria-hidden="true">
      <span>100 %</span><span>${wholePercent(lowest)} %</span>
    </div>
    <svg
      viewBox="0 0 ${SIZE.width} ${SIZE.height}"
      preserveAspectRatio="none"
      role="img"
      aria-label=${points.map(pointText).join('; ')}
    >
      ${svg`
        <line class="chance" x1="0" x2=${SIZE.width} y1=${y(CHANCE)} y2=${y(CHANCE)}></line>
        <line class="longer" x1="0" x2=${SIZE.width} y1=${y(longer.mean)} y2=${y(longer.mean)}></line>
        <polygon class="interval" points=${band.join(' ')}></polygon>
        <polyline class="accuracy" points=${points.map(({ labels, mean }) => at(labels, mean)).join(' ')}></polyline>
      `}
    </svg>
    <figcaption>
      <span>${count(0)}</span>
      <span class="learning-key">
        <span class="key-accuracy"></span>${words.accuracy}
        <span class="key-longer"></span>${words.longer}
      </span>
      <span>${count(most)} ${words.axis}</span>
    </figcaption>
  </figure>`
}

const pointText = ({ labels, mean, low, high }: LearningCurvePoint): string =>
  strings.review.learning.point(labels, wholePercent(mean), wholePercent(low), wholePercent(high))
