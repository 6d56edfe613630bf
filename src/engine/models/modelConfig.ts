// The configuration of a model, as transformers or as onnxruntime-genai writes it.
import * as l10n from '@vscode/l10n'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { pythonJsonOf } from '../../core/text/jsonText'
import { asRecord, isRecord } from '../../core/text/values'
import { failureError } from '../../shared/errors'
import { CONFIGS } from './modelFiles'

type Json = Record<string, unknown>

const [CONFIG, GENAI_CONFIG] = CONFIGS

/**
 * The object in a JSON file of a model folder; empty if an optional file is absent. Python writes
 * and reads NaN and Infinity in JSON; they are null here.
 * @throws FailureError `model-incomplete` for invalid JSON; errors of the file system.
 */
export async function readModelJson(folder: string, file: string, optional = false): Promise<Json> {
  const where = path.join(folder, file)
  try {
    const text = (await readFile(where, 'utf8')).replace(/^\ufeff/, '')
    const value = pythonJsonOf(text)
    if (isRecord(value)) return value
    throw new SyntaxError('not an object')
  } catch (thrown) {
    if (optional && (thrown as NodeJS.ErrnoException).code === 'ENOENT') return {}
    if (thrown instanceof SyntaxError)
      throw failureError('model-incomplete', l10n.t('The file is not a valid JSON object.'), {
        where,
        remedy: l10n.t('Copy or download the model again.'),
      })
    throw thrown
  }
}

/**
 * The configuration in config.json, under the names of transformers; without one, what
 * genai_config.json says of the decoder.
 * @throws FailureError `model-incomplete` for invalid JSON.
 */
export async function readModelConfig(folder: string): Promise<Json> {
  const genai = await readModelJson(folder, GENAI_CONFIG!, true)
  if (!('model' in genai)) return readModelJson(folder, CONFIG!)
  return { ...fromGenai(asRecord(genai['model'])), ...(await readModelJson(folder, CONFIG!, true)) }
}

function fromGenai(model: Json): Json {
  const decoder = asRecord(model['decoder'])
  const window = asRecord(decoder['sliding_window'])
  return defined({
    model_type: model['type'],
    vocab_size: model['vocab_size'],
    max_position_embeddings: model['context_length'],
    eos_token_id: model['eos_token_id'],
    head_dim: decoder['head_size'],
    hidden_size: decoder['hidden_size'],
    num_attention_heads: decoder['num_attention_heads'],
    num_key_value_heads: decoder['num_key_value_heads'],
    num_hidden_layers: decoder['num_hidden_layers'],
    sliding_window: window['window_size'],
  })
}

const defined = (value: Json): Json =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined))
