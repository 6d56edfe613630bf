// Statistics of the labels. Each share has its confidence interval: few labels prove little.
import { html, nothing, type TemplateResult } from 'lit'
import { signedElo } from '../../src/core/evaluation/elo'
import { againstChance, interval } from '../../src/core/annotation/statistics'
import type { StrengthGroup } from '../../src/shared/evaluation'
import type { LabelStatistics, Share } from '../../src/shared/reviewProtocol'
import { count } from '../numbers'
import { strings } from '../strings'
import type { AnalysisState } from '../analysis'
import { judgeReportView } from './judgeReport'
import { learningView } from './learning'

/** @param isOpen at first; where there is little room the list of prompts has it. */
export function statisticsView(
  statistics: LabelStatistics,
  analysis: AnalysisState,
  isOpen: boolean,
): unknown {
  const { labels, edited, longer, first, k, medianMilliseconds, agreement, strengths, judges } =
    statistics
  const words = strings.review.statistics
  const labelled = labels.ranking + labels.tie + labels.allBad + labels.skip
  if (labelled === 0 && agreement.length === 0 && strengths.length + judges.length === 0)
    return nothing
  return html`<details class="statistics" ?open=${isOpen}>
    <summary>${words.title}</summary>
    <dl>
      ${shareOf(words.longer, longer, null)}
      ${k === 0 ? nothing : shareOf(words.first(k), first, 1 / k)}
      ${fact(words.ties, count(labels.tie))} ${fact(words.allBad, count(labels.allBad))}
      ${fact(words.skips, count(labels.skip))}
      ${edited === 0 ? nothing : fact(words.edited, count(edited))}
      ${medianMilliseconds === null ? nothing : fact(words.speed, words.seconds(medianMilliseconds / 1000))}
      ${agreement.map(({ annotators, same }) => shareOf(words.agreement(annotators), same, null))}
      ${strengths.map(strengthOf)}
    </dl>
    ${learningView(analysis)} ${judges.map(judgeReportView)}
  </details>`
}

/** @param chance the share that chance would give; null where there is none to compare with. */
function shareOf(label: string, share: Share, chance: number | null): unknown {
  if (share.of === 0) return nothing
  const words = strings.review.statistics
  const [low, high] = interval(share)
  const beside = chance === null ? 0 : againstChance(share, chance)
  return fact(
    label,
    html`<b>${words.share(share)}</b>
      <span class="interval" title=${words.interval(low, high)}
        >${words.shortInterval(low, high)}</span
      >
      ${beside === 0 ? nothing : html`<span class="beside-chance">${beside > 0 ? words.more : words.less}</span>`}`,
  )
}

/** Generators that met in selections, the strongest first. */
const strengthOf = ({ round, generators }: StrengthGroup): TemplateResult =>
  fact(
    strings.review.statistics.strength(round),
    html`<ul class="strengths" title=${strings.review.statistics.strengthMeaning}>
      ${generators.map(
        ({ generator, strength, low, high }) =>
          html`<li>
            ${generator} <b>${signedElo(strength)}</b>
            <span class="interval">${signedElo(low)} … ${signedElo(high)}</span>
          </li>`,
      )}
    </ul>`,
  )

function fact(label: string, value: unknown): TemplateResult {
  return html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`
}
