// Loads the tokenizer of a model folder.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { AutoTokenizer, type PreTrainedTokenizer } from '@huggingface/transformers'
import { failureError } from '../../shared/errors'

/** @throws FailureError `model-incomplete` for a tokenizer that cannot be loaded. */
export async function loadTokenizer(folder: string): Promise<PreTrainedTokenizer> {
  try {
    return await AutoTokenizer.from_pretrained(folder, { local_files_only: true })
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown)
    throw failureError(
      'model-incomplete',
      l10n.t`The tokenizer cannot be loaded (${message.trim().replace(/\.+$/, '')}).`,
      {
        where: path.join(folder, 'tokenizer.json'),
        remedy: l10n.t('Copy or download the model again, or name another model.'),
      },
    )
  }
}
