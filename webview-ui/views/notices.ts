// What stands in the way, and the way on: failures of the curation, failed requests, a workspace
// without trust.
import { html, nothing, type TemplateResult } from 'lit'
import type { EarlierSelections, Orphans } from '../../src/shared/curationViews'
import {
  ANNOTATOR_SETTING,
  type EditorAction,
  type EditorState,
  type Obstacle,
} from '../../src/shared/editorProtocol'
import { describeFailure, type Failure } from '../../src/shared/errors'
import type { LeftOutSummary } from '../../src/shared/leftOutView'
import { icons } from '../icons'
import { selectionIsNext } from '../stage'
import type { Problem, State } from '../state'
import { strings } from '../strings'
import { button } from '../toolkit'
import type { Actions } from './actions'

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
    ${trusted ? earlierNotices(host, keptEarlier, actions) : noTrust(actions)}
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

/** A notice that is shown until the user dismisses it or its key changes. */
interface Kept {
  title: string
  body: string
  again: TemplateResult
  /** Label of the button that dismisses it. */
  keep?: string
  key: string
}

/** One action does both: replaces earlier selections, and selects where there is none. */
function selectionsNotice(
  { selections, awaiting, settings, key }: EarlierSelections,
  actions: Actions,
): Kept {
  const words = strings.earlier
  const press = (): void => actions.act('selectAgain')
  if (selections === 0)
    return {
      title: words.awaiting(awaiting),
      body: words.awaitingBody,
      again: button({ label: words.select, press }),
      keep: strings.failure.dismiss,
      key,
    }
  const body = words.selectionsBody(settings)
  return {
    title: words.selections(selections),
    body: awaiting === 0 ? body : `${body} ${words.awaiting(awaiting)}`,
    again: button({ label: words.selectAgain, press }),
    key,
  }
}

/** Shown until the user keeps them or the settings change again. */
function earlierNotices(
  { counts, earlier, earlierSelections, leftOut, activity }: EditorState,
  kept: readonly string[],
  actions: Actions,
): unknown[] {
  const words = strings.earlier
  return [
    leftOut && activity === null ? leftOutNotice(leftOut, actions) : null,
    counts?.orphans ? orphansNotice(counts.orphans, actions) : null,
    earlier && {
      ...earlier,
      title: words.title(earlier.candidates),
      body: words.body(earlier.settings),
      again: button({ label: words.again, press: () => actions.act('sampleAgain') }),
    },
    // the screen and the header offer it as the next step then
    earlierSelections && !(counts && selectionIsNext(counts))
      ? selectionsNotice(earlierSelections, actions)
      : null,
  ]
    .filter((notice) => notice !== null && !kept.includes(notice.key))
    .map((notice) => notice && earlierNotice(notice, actions))
}

function leftOutNotice({ prompts, first, key }: LeftOutSummary, actions: Actions): Kept {
  const words = strings.leftOut
  return {
    title: words.title(prompts),
    body: first.map(({ line, excerpt, reason }) => words.prompt(line, excerpt, reason)).join(' '),
    again: button({ label: words.again, press: () => actions.act('retryLeftOut') }),
    key,
  }
}

function orphansNotice(orphans: Orphans, actions: Actions): Kept {
  const words = strings.orphans
  return {
    title: words.title(orphans.prompts),
    body: words.body(orphans.candidates, orphans.annotations),
    again: button({ label: words.keep, press: () => actions.act('keepLabels') }),
    keep: strings.failure.dismiss,
    key: `orphans ${Object.values(orphans).join(' ')}`,
  }
}

function earlierNotice(
  { title, body, again, keep = strings.earlier.keep, key }: Kept,
  actions: Actions,
): TemplateResult {
  return html`<div class="notice warning" role="note">
    ${icons.warning}
    <div class="notice-text">
      <p><strong>${title}</strong></p>
      <p>${body}</p>
    </div>
    <div class="buttons">
      ${again} ${button({ label: keep, press: () => actions.keepEarlier(key) })}
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
