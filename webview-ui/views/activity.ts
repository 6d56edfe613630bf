// Long work under way: what, how far, how fast, how long still, and how to stop it.
import { html, nothing, type TemplateResult } from 'lit'
import type { Activity } from '../../src/shared/editorProtocol'
import { strings } from '../strings'
import { button, progressRing } from '../toolkit'
import type { Actions } from './actions'
import { progressBar } from './progressBar'

export function activityLine(activity: Activity, actions: Actions): TemplateResult {
  const words = strings.activity
  return html`<section class="activity" aria-label=${words.label}>
    ${progressRing()}
    <span class="sentence">${activity.sentence}</span>
    ${progressBar(words.progress, activity.done, activity.total)}
    <span class="pace">
      ${activity.tokensPerSecond === null ? nothing : html`<span>${words.rate(activity.tokensPerSecond)}</span>`}
      ${activity.secondsLeft === null ? nothing : html`<span>${words.left(activity.secondsLeft)}</span>`}
    </span>
    ${button({ label: strings.actions.stop, press: () => actions.act('stopGeneration') })}
  </section>`
}
