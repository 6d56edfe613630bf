// What a training method is: one entry of the table in ./table.ts, with a Python module of the same
// name in training/src/aepo_training/train/methods.
import type { z } from 'zod'
import type { Figure } from '../../../shared/runProtocol'

export interface MethodDefinition {
  /** Name of the Python module, and the value of `method` in run.json. */
  readonly id: string
  /** As people write it: "DPO". */
  readonly label: string
  readonly paper: { readonly title: string; readonly arxiv: string }
  /** What one row holds: a chosen and a rejected response, or all candidates of a prompt. */
  readonly rows: 'pairs' | 'groups'
  /**
   * The hyper-parameters that only this method has, named as in its paper; each has a default and a
   * description. Values may be strings, as a command line gives them.
   */
  readonly own: z.ZodObject
  /** The numbers that its runs record, in the order in which they are shown. */
  readonly figures: readonly Figure[]
}
