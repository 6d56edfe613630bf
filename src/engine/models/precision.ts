// Half precision where the device has it, single precision where it does not.
import { FailureError, isAbort } from '../../shared/errors'
import { HALF, type Precision } from './modelFiles'
import type { StoredModel } from './modelStore'

/**
 * Not every graphics adapter computes in half precision (WebGPU's `shader-f16`), and none says so
 * before a graph is loaded: one that fails in half precision is tried again in single, where the
 * model has such a file.
 */
export async function loadInEitherPrecision<T>(
  stored: (precision: Precision) => Promise<StoredModel>,
  load: (stored: StoredModel) => Promise<T>,
): Promise<T> {
  const preferred = await stored('any')
  try {
    return await load(preferred)
  } catch (thrown) {
    if (!HALF.has(preferred.variant) || thrown instanceof FailureError || isAbort(thrown))
      throw thrown
    return load(await stored('single').catch(() => Promise.reject(thrown as Error)))
  }
}
