// What a judge is worth, among the statistics of the labels.
import { html, type TemplateResult } from 'lit'
import { findingSentences, reportLines } from '../../src/core/judging/reportText'
import type { JudgeReport } from '../../src/shared/judging'
import { strings } from '../strings'

/** Closed at first: agreement with people is in its title. */
export const judgeReportView = (report: JudgeReport): TemplateResult =>
  html`<details class="judge-report">
    <summary>
      ${strings.review.statistics.judge(report.judge, report.model, report.agreement)}
    </summary>
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
  </details>`
