// The training methods. A new one is an entry here, a file beside this one, and a Python module of
// the same name.
import { accelerated } from './accelerated'
import { dpo } from './dpo'
import { kto } from './kto'
import type { MethodDefinition } from './method'
import { reward } from './reward'
import { sgdpo } from './sgdpo'
import { sgpo } from './sgpo'
import { sppo } from './sppo'

/** In the order in which they are offered. */
export const METHODS = {
  dpo,
  sppo,
  sgdpo,
  sgpo,
  accelerated,
  kto,
  reward,
} as const satisfies Record<string, MethodDefinition>

export type MethodId = keyof typeof METHODS

export const METHOD_IDS = Object.keys(METHODS) as MethodId[]

export const methodOf = (id: MethodId): MethodDefinition => METHODS[id]
