// Decides whether the refusals of one generator concern single prompts or all of them.
// Invariant I21.
import * as l10n from '@vscode/l10n'
import type { Prompt } from '../../shared/domain'
import { asSentence, type Failure, FailureError } from '../../shared/errors'

/** As many refusals without an answer before, between or after them concern all prompts. */
const WITHOUT_EXCEPTION = 8

export interface PromptRefusal {
  prompt: Prompt
  failure: Failure
}

/**
 * A refusal concerns its prompt alone once the generator has answered another prompt. Until then
 * refusals are held: after the first answer their prompts are left out, and without any the work
 * stops, so that a wrong setting leaves out no prompt.
 */
export class Refusals {
  private readonly held: PromptRefusal[] = []
  private isAnswering: boolean | undefined

  /**
   * @param hasAnswered whether an earlier run got answers from the generator.
   * @param leaveOut called with refusals that concern their prompts alone.
   */
  constructor(
    private readonly hasAnswered: () => boolean,
    private readonly leaveOut: (refusals: readonly PromptRefusal[]) => Promise<void>,
  ) {}

  /** The generator gave a candidate. */
  answered(): void {
    this.isAnswering = true
  }

  /**
   * @param isCertain whether the refusal concerns the prompt alone, whatever others get.
   * @throws FailureError when the first prompts were refused without exception.
   */
  async refused(refusal: PromptRefusal, isCertain: boolean): Promise<void> {
    this.isAnswering ??= this.hasAnswered()
    if (isCertain) return this.leaveOut([refusal])
    this.held.push(refusal)
    if (this.isAnswering) return this.flush()
    if (this.held.length >= WITHOUT_EXCEPTION) throw this.withoutException(refusal.failure)
  }

  /** Leaves out the prompts of held refusals if the generator has answered since. */
  async flush(): Promise<void> {
    if (this.isAnswering && this.held.length > 0) await this.leaveOut(this.held.splice(0))
  }

  /** To be called when nothing is left to sample. Throws as {@link refused}. */
  async settle(): Promise<void> {
    await this.flush()
    const [first] = this.held
    if (first) throw this.withoutException(first.failure)
  }

  private withoutException(failure: Failure): FailureError {
    const { length } = this.held
    if (length === 1) return new FailureError(failure)
    const message = l10n.t`${asSentence(failure.message)} The first ${length} prompts met this without exception.`
    return new FailureError({ ...failure, message })
  }
}
