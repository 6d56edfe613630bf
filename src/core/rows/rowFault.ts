// Why a row gives no prompt or no responses. Thrown inside src/core/rows alone; its functions
// return the reason as a value.

/**
 * `empty`: the row is sound and holds no prompt, such as null; `noSystem`: it lacks the field that
 * is named for the system message; `broken`: a part of it has another shape than it must have.
 */
export type FaultKind = 'empty' | 'noSystem' | 'broken'

export class RowFault extends Error {
  constructor(
    readonly kind: FaultKind,
    /** The part and what it is, without a full stop: `messages[2]: the role is "tool"`. */
    message: string,
  ) {
    super(message)
  }
}
