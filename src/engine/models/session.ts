// Loads a model's graph with transformers.js and returns its ONNX Runtime session.
import type { PreTrainedModel } from '@huggingface/transformers'
import type { InferenceSession } from 'onnxruntime-node'
import type { Device } from '../../shared/domain'
import { FailureError, failureError } from '../../shared/errors'
import { integersSaturate } from '../runtime/integers'
import { FATAL_ONLY } from '../runtime/sessions'
import { graphOf } from './modelFiles'
import type { StoredModel } from './modelStore'

export interface LoadedSession {
  session: InferenceSession
  dispose: () => Promise<unknown>
}

interface ModelClass {
  from_pretrained(folder: string, options: Record<string, unknown>): Promise<PreTrainedModel>
}

/**
 * Waiting threads sleep instead of spinning. When other programs compute too, as on a desktop,
 * spinning halves the speed of all; on an idle machine it gains little.
 */
const NO_SPINNING = { intra_op: { allow_spinning: '0' } }

/** For processors on which sums of 8-bit products saturate. */
const EXACT_INTEGERS = { x64quantprecision: '1' }

/**
 * Loads a graph.
 * @param threads 0 means one per physical core.
 * @throws FailureError `bad-input` for a model of another kind; on the CPU `model-incomplete` for a
 *   graph that cannot be loaded. On other devices the errors of the runtime pass through, because
 *   the device can be the cause.
 */
export async function loadSession(
  modelClass: ModelClass,
  { folder, variant }: Pick<StoredModel, 'folder' | 'variant'>,
  device: Device,
  threads: number,
): Promise<LoadedSession> {
  const integers = device === 'cpu' && (await integersSaturate()) ? EXACT_INTEGERS : {}
  const session_options = {
    ...(threads > 0 ? { intraOpNumThreads: threads } : {}),
    logSeverityLevel: FATAL_ONLY,
    extra: { session: { ...NO_SPINNING, ...integers } },
  }
  try {
    const model = await modelClass.from_pretrained(folder, {
      device,
      ...graphOf(variant),
      local_files_only: true,
      session_options,
    })
    const session = (model.sessions as Record<string, InferenceSession | undefined>)['model']
    if (session) return { session, dispose: () => model.dispose() }
    await model.dispose()
    throw unsuitable('The model has several graphs.', folder)
  } catch (thrown) {
    if (thrown instanceof FailureError) throw thrown
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    if (message.startsWith('Unsupported model type')) throw unsuitable(`${message}.`, folder)
    if (device !== 'cpu') throw thrown
    throw failureError('model-incomplete', `The model cannot be loaded: ${message.trim()}.`, {
      where: folder,
      remedy: 'Copy or download the model again.',
    })
  }
}

const unsuitable = (message: string, where: string): FailureError =>
  failureError('bad-input', message, {
    where,
    remedy:
      'Choose a text generation model as the generator and a sentence embedding model as the embedder.',
  })
