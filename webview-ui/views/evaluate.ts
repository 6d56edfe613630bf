// The view of evaluations: which models are compared, the pair under vote, the result.
import { html, nothing, type TemplateResult } from 'lit'
import { keyed } from 'lit/directives/keyed.js'
import type { EditorState } from '../../src/shared/editorProtocol'
import { type EvaluationView, isVotedThrough } from '../../src/shared/evaluation'
import { chosenEvaluation, hostOfTask } from '../evaluating'
import { commandFor } from '../keys'
import { count } from '../numbers'
import type { State } from '../state'
import { strings } from '../strings'
import '../styles/evaluation.css'
import { badge, button, choiceField } from '../toolkit'
import type { Actions } from './actions'
import { decisionBar } from './decisionBar'
import { evaluationResult } from './evaluationResult'
import { progressBar } from './progressBar'
import { promptView } from './prompt'
import { responsesView } from './responses'
import { isSideOpen, sideButtons, sideOf, sideView } from './side'
import type { View } from './view'

/** Commands of the label view that a pair has no use for. */
const NOT_HERE: readonly string[] = ['pool', 'rank', 'edit', 'another', 'forAllBad']

export const evaluateView: View<'evaluate'> = {
  id: 'evaluate',
  label: strings.views.evaluate,
  badge: ({ evaluations }) => (evaluations.length > 0 ? badge(count(evaluations.length)) : nothing),
  command: (press, { task }) => {
    const command = commandFor(press, task?.responses.length ?? 0)
    return command && NOT_HERE.includes(command.do) ? null : command
  },
  draw: (host, state, actions) => {
    const evaluation = chosenEvaluation(state)
    return evaluation
      ? html`${head(host, evaluation, actions)} ${body(host, evaluation, state, actions)}`
      : nothingYet(host, actions)
  },
}

const start = (
  { trusted }: EditorState,
  kind: 'primary' | 'secondary',
  actions: Actions,
): unknown =>
  button({
    label: strings.evaluation.start,
    kind,
    disabled: !trusted,
    press: () => actions.act('evaluate'),
  })

function nothingYet(host: EditorState, actions: Actions): TemplateResult {
  const words = strings.evaluation.none
  return html`<section class="stage" aria-labelledby="stage-title">
    <h2 id="stage-title">${words.title}</h2>
    <p>${words.body}</p>
    <div class="buttons">${start(host, 'primary', actions)}</div>
  </section>`
}

function head(host: EditorState, evaluation: EvaluationView, actions: Actions): TemplateResult {
  const words = strings.evaluation
  const { id, a, b, prompts, promptsFile, createdAt } = evaluation
  const others =
    host.evaluations.length < 2
      ? nothing
      : choiceField({
          id: 'evaluation',
          label: words.choose,
          value: id,
          choices: host.evaluations
            .toReversed()
            .map((each) => ({ id: each.id, label: words.of(each.id, each.a, each.b) })),
          changed: (chosen) => actions.evaluation({ choose: chosen }),
        })
  return html`<div class="evaluation-head">
    <h2>${words.title(a, b)}</h2>
    <span class="aside">${words.prompts(prompts, promptsFile)}</span>
    <time class="aside" datetime=${createdAt}>${words.createdAt(createdAt)}</time>
    <div class="evaluation-tools">
      ${others} ${judgeButton(host, evaluation, actions)} ${start(host, 'secondary', actions)}
    </div>
  </div>`
}

/** Only where the curation file declares a judge. */
const judgeButton = (
  { settings, trusted, activity }: EditorState,
  { id, pairs }: EvaluationView,
  actions: Actions,
): unknown =>
  settings?.hasJudges === true && pairs > 0
    ? button({
        label: strings.evaluation.judge,
        tooltip: strings.evaluation.judgeMeaning,
        disabled: !trusted || activity !== null,
        press: () => actions.act({ judgeEvaluation: id }),
      })
    : nothing

function body(
  host: EditorState,
  evaluation: EvaluationView,
  state: State,
  actions: Actions,
): TemplateResult {
  const { id, sampled, wanted } = evaluation
  const isDone = isVotedThrough(evaluation)
  const isResultShown = isDone || state.resultOf === id
  return html`
    ${sampled < wanted ? sampling(host, evaluation, actions) : nothing}
    ${isDone ? nothing : votes(evaluation, isResultShown, actions)}
    ${isResultShown ? evaluationResult(evaluation) : nothing}
    ${state.evaluation === id && state.task ? pair(state, actions) : between(evaluation, actions)}
  `
}

function sampling(
  { activity, trusted }: EditorState,
  { id, sampled, wanted }: EvaluationView,
  actions: Actions,
): TemplateResult {
  const words = strings.evaluation
  const isUnderWay = activity?.kind === 'evaluate'
  return html`<div class="evaluation-line">
    <span class="aside">${words.sampled(sampled, wanted)}</span>
    ${progressBar(words.progress, sampled, wanted)}
    ${
      isUnderWay
        ? nothing
        : button({
            label: words.sampleRest,
            disabled: !trusted || activity !== null,
            press: () => actions.act({ sampleEvaluation: id }),
          })
    }
  </div>`
}

function votes(
  { id, voted, pairs }: EvaluationView,
  isResultShown: boolean,
  actions: Actions,
): unknown {
  if (pairs === 0) return nothing
  const words = strings.evaluation
  return html`<div class="evaluation-line">
    <b>${words.voted(voted, pairs)}</b>
    <span class="aside">${words.blind}</span>
    ${button({
      label: isResultShown ? words.hideResult : words.showResult,
      kind: 'quiet',
      tooltip: words.peek,
      press: () => actions.evaluation({ toggleResult: id }),
    })}
  </div>`
}

/** What stands in the place of a pair where none is left to vote on. */
function between({ pairs, voted, sampled, wanted }: EvaluationView, actions: Actions): unknown {
  const words = strings.evaluation
  if (pairs === 0)
    return html`<p class="aside">${sampled < wanted ? words.noPairs : words.allEqual}</p>`
  if (voted < pairs) return nothing
  return html`<div class="evaluation-line">
    <span>${words.allVoted}</span>
    ${button({ label: words.again, press: () => actions.goTo({ position: 0 }) })}
  </div>`
}

/** The labelling view of a selection, without what pairs do not have: a pool. */
function pair(state: State, actions: Actions): unknown {
  const { task } = state
  const host = hostOfTask(state)
  if (!task || !host) return nothing
  const guidelines = host.settings?.guidelines ?? null
  const side = sideOf(guidelines, state)
  return html`<div class=${isSideOpen(side) ? 'page with-side' : 'page'}>
    <div class="column">
      ${promptView(task, state, actions)}
      ${keyed(task.selectionId, responsesView(task, state, host.file.phase === 'open', actions))}
      ${decisionBar(host, state, actions)}
      <div class="buttons">${sideButtons(side, guidelines !== null, actions)}</div>
    </div>
    ${sideView(side, task, state, actions)}
  </div>`
}
