// What the user should know of the curation until it changes or is dismissed: candidates and
// selections from earlier settings, prompts that were left out, records without a prompt.
import { html, type TemplateResult } from 'lit'
import type { EarlierSelections, Orphans } from '../../src/shared/curationViews'
import type { EditorState } from '../../src/shared/editorProtocol'
import type { LeftOutSummary } from '../../src/shared/leftOutView'
import { icons } from '../icons'
import { selectionIsNext } from '../stage'
import { strings } from '../strings'
import { button } from '../toolkit'
import type { Actions } from './actions'

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

/** @param kept the keys of those that the user dismissed. */
export function keptNotices(
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
    .map((notice) => notice && keptNotice(notice, actions))
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

function keptNotice(
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
