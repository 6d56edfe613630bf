// Distinguishes a lack of memory from other errors of a run.
import { failureError } from '../../shared/errors'

/** Messages of V8 and ONNX Runtime when an allocation fails. */
const ALLOCATION = /allocation failed|bad_?alloc|failed to allocate|out of memory/i

/** An `out-of-memory` failure if `thrown` is a failed allocation; else `thrown`. */
export function asFailure(thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !ALLOCATION.test(thrown.message)) return thrown
  return failureError('out-of-memory', 'There is not enough memory to go on.', {
    remedy:
      'Lower the limit for the key/value cache in the settings, close other programs, or choose a smaller model.',
  })
}
