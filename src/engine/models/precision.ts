// Loads a model in half precision if the device supports it, else in single precision.
import { FailureError, isAbort } from '../../shared/errors'
import { HALF, type Precision } from './graphFiles'
import type { StoredModel } from './modelStore'

/**
 * Not every GPU supports half precision (WebGPU's `shader-f16`), and only loading a
 * graph shows whether it does. If loading in half precision fails, loads in single precision if the
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
