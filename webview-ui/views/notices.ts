// What stands in the way, and the way on: failures of the curation, failed requests, a workspace
// without trust.
import { html, nothing, type TemplateResult } from 'lit'
import {
  ANNOTATOR_SETTING,
  type EditorAction,
  type EditorState,
  type Obstacle,
} from '../../src/shared/editorProtocol'
import { describeFailure, type Failure } from '../../src/shared/errors'
import { icons } from '../icons'
import type { Problem, State } from '../state'
import { strings } from '../strings'
import { button } from '../toolkit'
import type { Actions } from './actions'
import { keptNotices } from './keptNotices'

const ACTION_LABELS: Readonly<Partial<Record<EditorAction, string>>> = {
  openText: strings.header.openText,
  openOutput: strings.header.openOutput,
  openPrompts: strings.actions.openPrompts,
  openAnnotatorSetting: strings.actions.openSetting,
  generate: strings.actions.resume,
  trust: strings.actions.trust,
  showLog: strings.header.showLog,
  dismissFailure: strings.failure.dismiss,
}

/** Actions that help against a failure of the curation, most helpful first. */
function waysOn({ code, where }: Failure, output: string | undefined): EditorAction[] {
  switch (code) {
    case 'bad-input':
    case 'context-overflow':
    case 'prompt-refused':
      if (where === ANNOTATOR_SETTING) return ['openAnnotatorSetting']
      return where === undefined || where.endsWith('.aepo.json')
        ? ['openText']
        : [where === output ? 'openOutput' : 'openPrompts']
    case 'not-found':
    case 'model-incomplete':
    case 'server-refused':
      return ['openText', 'showLog']
    case 'engine-died':
    case 'out-of-memory':
    case 'model-unreachable':
    case 'server-unreachable':
    case 'device-unavailable':
    case 'disk-full':
    case 'cancelled':
      return ['generate', 'showLog']
    case 'untrusted':
      return ['trust']
    case 'no-permission':
    case 'busy':
    case 'training-failed':
    case 'internal':
      return ['showLog']
  }
}

/** All problems, each once. */
export function notices(
  host: EditorState,
  { problem, keptEarlier }: State,
  actions: Actions,
): TemplateResult {
  const { obstacle, trusted } = host
  // A failed action often becomes the failure of the curation.
  const isTold = problem && obstacle && isSame(problem.failure, obstacle.failure)
  return html`<div class="notices">
    ${problem && !isTold ? failureOfRequest(problem, actions) : nothing}
    ${obstacle ? failureOfCuration(host, obstacle, actions) : nothing}
    ${trusted ? keptNotices(host, keptEarlier, actions) : noTrust(actions)}
  </div>`
}

const isSame = (one: Failure, other: Failure): boolean =>
  describeFailure(one) === describeFailure(other)

function failureOfCuration(
  { settings, activity, trusted }: EditorState,
  { failure, isPast }: Obstacle,
  actions: Actions,
): TemplateResult {
  const possible = waysOn(failure, settings?.output).filter(
    (action) => action !== 'generate' || (!activity && trusted),
  )
  if (isPast) possible.push('dismissFailure')
  const buttons = possible.map((action) =>
    button({ label: ACTION_LABELS[action] ?? action, press: () => actions.act(action) }),
  )
  return failureNotice(failure, buttons)
}

export function failureOfRequest(
  { lead, failure, retry }: Problem,
  actions: Actions,
): TemplateResult {
  return failureNotice(
    failure,
    [
      button({ label: strings.failure.retry, press: retry }),
      button({ label: strings.header.showLog, press: () => actions.act('showLog') }),
      button({ label: strings.failure.dismiss, press: () => actions.dismissProblem() }),
    ],
    lead,
  )
}

function noTrust(actions: Actions): TemplateResult {
  return html`<div class="notice warning">
    ${icons.shield}
    <div class="notice-text"><p>${strings.untrusted}</p></div>
    <div class="buttons">
      ${button({ label: strings.actions.trust, press: () => actions.act('trust') })}
    </div>
  </div>`
}

/** Message, place and remedy; `lead` is the consequence for the user and comes first. */
export function failureNotice(
  { message, where, line, column, remedy }: Failure,
  buttons: TemplateResult[],
  lead?: string,
): TemplateResult {
  const place = [where, line, column].filter((part) => part !== undefined).join(':')
  return html`<div class="notice" role="alert">
    ${icons.error}
    <div class="notice-text">
      <p>
        ${lead === undefined ? html`<strong>${message}</strong>` : html`<strong>${lead}</strong> ${message}`}
      </p>
      ${place === '' ? nothing : html`<p class="place">${place}</p>`}
      ${remedy === undefined ? nothing : html`<p>${remedy}</p>`}
    </div>
    <div class="buttons">${buttons}</div>
  </div>`
}
