// What a judge is worth, among the statistics of the labels.
import { html, type TemplateResult } from 'lit'
import { findingSentences, reportLines } from '../../src/core/judging/reportText'
import type { JudgeReport } from '../../src/shared/judging'
import { strings } from '../strings'

export const judgeReportView = (report: JudgeReport): TemplateResult =>
  html`<section class="judge-report">
    <h4>${strings.review.statistics.judge(report.judge, report.model)}</h4>
    ${findingSentences(report).map((sentence) => html`<p class="finding">${sentence}</p>`)}
    <dl>
      ${reportLines(report).map(
        ({ label, value }) =>
          html`<div>
            <dt>${label}</dt>
            <dd>${value}</dd>
          </div>`,
      )}
    </dl>
  </section>`
