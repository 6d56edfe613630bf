// Loads a model's graph as an ONNX Runtime session.
import * as l10n from '@vscode/l10n'
import { InferenceSession } from 'onnxruntime-node'
import path from 'node:path'
import type { Device } from '../../shared/domain'
import { failureError } from '../../shared/errors'
import { integersSaturate } from '../runtime/integers'
import { FATAL_ONLY } from '../runtime/sessions'
import type { StoredModel } from './modelStore'

/**
 * Waiting threads sleep instead of spinning. When other programs compute too, as on a desktop,
 * spinning halves the speed of all; on an idle machine it gains little.
 */
const NO_SPINNING = { intra_op: { allow_spinning: '0' } }

/** For processors on which sums of 8-bit products saturate. */
const EXACT_INTEGERS = { x64quantprecision: '1' }

/**
 * Loads a graph, with the weights in files beside it.
 * @param threads 0 means one per physical core.
 * @param cacheOutputs outputs that stay in the memory of a GPU.
 * @throws FailureError on the CPU `model-incomplete` for a graph that cannot be loaded. On other
 *   devices the errors of the runtime pass through, because the device can be the cause.
 */
export async function loadSession(
  { folder, graph }: Pick<StoredModel, 'folder' | 'graph'>,
  device: Device,
  threads: number,
  cacheOutputs: readonly string[] = [],
): Promise<InferenceSession> {
  const integers = device === 'cpu' && (await integersSaturate()) ? EXACT_INTEGERS : {}
  const file = path.join(folder, ...graph.split('/'))
  const options: InferenceSession.SessionOptions = {
    executionProviders: [device],
    ...(threads > 0 ? { intraOpNumThreads: threads } : {}),
    logSeverityLevel: FATAL_ONLY,
    extra: { session: { ...NO_SPINNING, ...integers } },
  }
  if (device === 'webgpu' && cacheOutputs.length > 0) {
    const locations = cacheOutputs.map((name) => [name, 'gpu-buffer'] as const)
    const preferredOutputLocation = Object.fromEntries(locations)
    try {
      return await InferenceSession.create(file, { ...options, preferredOutputLocation })
    } catch (thrown) {
      if (!(thrown instanceof Error && /not a valid output name/.test(thrown.message))) throw thrown
    }
  }
  try {
    return await InferenceSession.create(file, options)
  } catch (thrown) {
    if (device !== 'cpu') throw thrown
    throw failureError(
      'model-incomplete',
      l10n.t`The graph cannot be loaded (${reasonOf(thrown)}).`,
      { where: file, remedy: l10n.t('Copy or download the model again, with all its files.') },
    )
  }
}

/** ONNX Runtime's message without the path, which is shown beside it, and on one line. */
function reasonOf(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return message
    .replace(/^Load model from .*? failed:/s, '')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 300)
    .replace(/\.+$/, '')
}
