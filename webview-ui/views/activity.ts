// The running activity: sentence, progress, rate, time left, and a button that stops it.
import { html, type TemplateResult } from 'lit'
import type { Activity } from '../../src/shared/curationViews'
import { icons } from '../icons'
import { strings } from '../strings'
import { button } from '../toolkit'
import type { Actions } from './actions'
import { progressBar } from './progressBar'

export function activityLine(activity: Activity, actions: Actions): TemplateResult {
  const words = strings.activity
  const { sentence, done, total, tokensPerSecond, secondsLeft } = activity
  const pace = [
    tokensPerSecond === null ? null : words.rate(tokensPerSecond),
    secondsLeft === null ? null : words.left(secondsLeft),
  ].filter((part) => part !== null)
  return html`<section class="activity" aria-label=${words.label} title=${sentence}>
    <div class="activity-text">
      <span class=${pace.length === 0 ? 'sentence' : 'visually-hidden'}>${sentence}</span>
      <span class="pace">${pace.map((part) => html`<span>${part}</span>`)}</span>
      ${progressBar(words.progress, done, total)}
    </div>
    ${button({ label: strings.actions.stop, icon: icons.stop, iconOnly: true, press: () => actions.act('stopGeneration') })}
  </section>`
}
