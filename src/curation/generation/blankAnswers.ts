// Notices a generator whose responses hold no answer: empty texts, or reasoning alone.
import * as l10n from '@vscode/l10n'
import type { SamplingSettings } from '../../shared/domain'
import type { SampledCandidate } from '../../shared/engineProtocol'
import { describeFailure, type Failure, FailureError } from '../../shared/errors'

/** As many prompts without an answer, and none with one, end the work. */
const WITHOUT_EXCEPTION = 3

/** Of one generator. */
export class BlankAnswers {
  private hasAnswered = false
  private failure: Failure | null = null
  private prompts = 0

  /** @param onNotice called after the first prompt without an answer. */
  constructor(
    private readonly where: string,
    private readonly sampling: Pick<SamplingSettings, 'maxNewTokens'>,
    private readonly onNotice: (sentence: string) => void,
  ) {}

  /**
   * All candidates of one prompt are sampled.
   * @throws FailureError when the first prompts got no answer without exception.
   */
  sampled(candidates: readonly SampledCandidate[]): void {
    if (this.hasAnswered || candidates.length === 0) return
    if (candidates.some(({ text }) => text.trim() !== '')) {
      this.hasAnswered = true
      return
    }
    this.prompts++
    this.failure ??= this.failureOf(candidates)
    if (this.prompts === 1) this.onNotice(describeFailure(this.failure))
    if (this.prompts >= WITHOUT_EXCEPTION) throw new FailureError(this.failure)
  }

  /** To be called when nothing is left to sample. Throws as {@link sampled}. */
  settle(): void {
    if (!this.hasAnswered && this.failure) throw new FailureError(this.failure)
  }

  private failureOf(candidates: readonly SampledCandidate[]): Failure {
    const { length } = candidates
    const isReasoning = candidates.every(({ reasoning }) => reasoning !== undefined)
    const isCutOff = candidates.every(({ finishReason }) => finishReason === 'length')
    const { maxNewTokens } = this.sampling
    const { where } = this
    if (isCutOff)
      return {
        code: 'bad-input',
        message: isReasoning
          ? l10n.t`All ${length} responses to the first prompt are reasoning without an answer: they end at sampling.maxNewTokens = ${maxNewTokens}.`
          : l10n.t`All ${length} responses to the first prompt are empty, and end at sampling.maxNewTokens = ${maxNewTokens}: the model may reason where it is not seen.`,
        where,
        remedy: l10n.t(
          'Raise sampling.maxNewTokens, or turn the reasoning off with an option of the chat template, such as "template": { "enable_thinking": false } in the generator; then sample again.',
        ),
      }
    return {
      code: 'bad-input',
      message: isReasoning
        ? l10n.t`All ${length} responses to the first prompt are reasoning without an answer.`
        : l10n.t`All ${length} responses to the first prompt are empty.`,
      where,
      remedy: isReasoning
        ? l10n.t(
            'Check the reasoning parser of the server, turn the reasoning off with an option of the chat template, or set "reasoning": "inText" in the generator.',
          )
        : l10n.t('Check the model and its chat template, then sample again.'),
    }
  }
}
