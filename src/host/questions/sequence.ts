// Questions asked one after another, each of which can go back to the one before.

/** Where a question stands in its sequence; VS Code shows it as "title (step/steps)". */
export interface QuestionPlace {
  title: string
  /** From 1. */
  step: number
  steps: number
  canGoBack: boolean
}

/** What the user did with a question. */
export type QuestionAnswer<T> =
  { kind: 'given'; value: T } | { kind: 'back' } | { kind: 'cancelled' }

export const given = <T>(value: T): QuestionAnswer<T> => ({ kind: 'given', value })

/** One question of a sequence. `A` holds the answers so far. */
export interface Question<A> {
  /** Whether there is anything to choose, given the answers so far; always by default. */
  applies?: (answers: A) => boolean
  /** @returns the answers with the one to this question. */
  ask: (answers: A, place: QuestionPlace) => Promise<QuestionAnswer<A>>
}

/**
 * Asks the questions that apply, in order. A user who goes back finds the answers given so far.
 * @returns undefined when the user cancelled.
 */
export async function askInSequence<A>(
  title: string,
  questions: readonly Question<A>[],
  start: A,
): Promise<A | undefined> {
  let answers = start
  const asked: Question<A>[] = []
  for (;;) {
    const now = questions.filter(({ applies }) => applies?.(answers) ?? true)
    const last = asked.at(-1)
    const question = now.find((one) => !last || questions.indexOf(one) > questions.indexOf(last))
    if (!question) return answers
    const answer = await question.ask(answers, {
      title,
      step: now.indexOf(question) + 1,
      steps: now.length,
      canGoBack: asked.length > 0,
    })
    if (answer.kind === 'cancelled') return undefined
    if (answer.kind === 'back') {
      asked.pop()
    } else {
      answers = answer.value
      asked.push(question)
    }
  }
}

/** The questions for those answers alone. */
export const onlyIf = <A>(
  holds: (answers: A) => boolean,
  questions: readonly Question<A>[],
): Question<A>[] =>
  questions.map(({ applies = () => true, ask }) => ({
    applies: (answers) => holds(answers) && applies(answers),
    ask,
  }))

/** The answer with its value replaced; going back and cancelling stay. */
export function mapAnswer<T, U>(answer: QuestionAnswer<T>, to: (value: T) => U): QuestionAnswer<U> {
  return answer.kind === 'given' ? given(to(answer.value)) : answer
}
