// Prompts that were left out, as a person is shown them.

/** A prompt that a generator does not take. */
export interface LeftOutView {
  /** 0-based place of the prompt among all prompts. */
  position: number
  /** 1-based line, or row of a table, in the prompts file. */
  line: number
  /** The beginning of its last user turn, on one line. */
  excerpt: string
  /** One sentence, with the words of the server or of the chat template. */
  reason: string
  /** The server or the model's folder. */
  where: string | null
  /** Candidates that its pool lacks for this reason. */
  missing: number
}

/** What the editor shows of all of them. */
export interface LeftOutSummary {
  prompts: number
  /** The first ones, without the models' folders. */
  first: Pick<LeftOutView, 'line' | 'excerpt' | 'reason'>[]
  /** Stands for these prompts: another one after more are left out. */
  key: string
}
