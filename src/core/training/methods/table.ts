// The training methods. A new one is an entry here, a file beside this one, and a Python module of
// the same name.
import { dpo } from './dpo'
import type { MethodDefinition } from './method'

export const METHODS = { dpo } as const satisfies Record<string, MethodDefinition>

export type MethodId = keyof typeof METHODS

export const METHOD_IDS = Object.keys(METHODS) as MethodId[]

export const methodOf = (id: MethodId): MethodDefinition => METHODS[id]
