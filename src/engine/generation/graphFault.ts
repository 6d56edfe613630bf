// What it means that a graph does not run.
import * as l10n from '@vscode/l10n'
import { type FailureError, failureError } from '../../shared/errors'

/** A fault of the graph: the CPU runs every kind of node that ONNX Runtime knows. */
export function doesNotRun(thrown: unknown, where: string): FailureError {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  if (message.includes('sliding_window_cache'))
    return failureError(
      'bad-input',
      l10n.t(
        "The model's graph keeps its cache in windows (sliding_window_cache), which is not supported.",
      ),
      {
        where,
        remedy: l10n.t(
          'Choose a model that was exported for transformers.js, or run this one with onnxruntime-genai behind a server with the OpenAI API, and name the server in the curation file.',
        ),
      },
    )
  const reason = message.replaceAll(/\s+/g, ' ').trim().slice(0, 300).replace(/\.+$/, '')
  return failureError('bad-input', l10n.t`The model's graph does not run (${reason}).`, {
    where,
    remedy: l10n.t(
      'Choose another model, or run this one with the program it was made for, behind a server with the OpenAI API.',
    ),
  })
}
