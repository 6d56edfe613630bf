// What a folder of sentence-transformers says beside its graph: which text is embedded, how token
// vectors are pooled, and what follows.
import * as l10n from '@vscode/l10n'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { asRecord } from '../../core/text/values'
import { failureError } from '../../shared/errors'
import { readModelJson } from '../models/modelConfig'
import { type Layer, loadLayer } from './layers'
import { type Pooling, poolingOf, usualPooling } from './pooling'

const MODULES_FILE = 'modules.json'
/** Where older exports keep the pooling alone. */
const POOLING_FOLDER = '1_Pooling'

export interface SentenceModel {
  pooling: Pooling
  /** Applied to the pooled vector, in order. */
  layers: readonly Layer[]
  /** What is put before every text. */
  prompt: string
  /** Whether the tokens of the prompt are pooled too. */
  poolsPrompt: boolean
  lowerCase: boolean
  /** In tokens; undefined if the folder does not say. */
  maxTokens: number | undefined
  /** What was taken although the folder does not say it. */
  note: string | undefined
}

/**
 * @param config the configuration of the model itself.
 * @param pooled whether the graph pools by itself.
 * @param prompt put before every text; by default that of the folder.
 * @throws FailureError `bad-input` for modules that are not known, `model-incomplete` for missing
 *   files.
 */
export async function readSentenceModel(
  folder: string,
  config: Record<string, unknown>,
  pooled: boolean,
  prompt?: string,
): Promise<SentenceModel> {
  const sentence = await readModelJson(folder, 'sentence_bert_config.json', true)
  const { max_seq_length: maxTokens, do_lower_case: lowerCase } = sentence
  const modules = pooled ? POOLED : await readModules(folder, config)
  const prompts = prompt === undefined ? await readPrompts(folder) : { prompt, note: undefined }
  const notes = [modules.note, prompts.note].filter((note) => note !== undefined)
  return {
    ...modules,
    prompt: prompts.prompt,
    note: notes.length === 0 ? undefined : notes.join('; '),
    lowerCase: lowerCase === true,
    maxTokens: typeof maxTokens === 'number' ? maxTokens : undefined,
  }
}

type Modules = Pick<SentenceModel, 'pooling' | 'layers' | 'poolsPrompt' | 'note'>

/** For a graph that gives the vector of the text. */
const POOLED: Modules = {
  pooling: (values) => values,
  layers: [],
  poolsPrompt: true,
  note: undefined,
}

interface Module {
  folder: string
  /** The last part of the Python name. */
  type: string
}

async function readModules(folder: string, config: Record<string, unknown>): Promise<Modules> {
  const modules = await listModules(folder)
  if (modules === undefined) return withoutModules(folder, config)
  const [transformer, pooling, ...others] = modules
  if (transformer?.type !== 'Transformer' || pooling?.type !== 'Pooling')
    throw failureError(
      'bad-input',
      l10n.t`The model's modules are not known here: ${modules.map(({ type }) => type).join(', ')}.`,
      {
        where: path.join(folder, MODULES_FILE),
        remedy: l10n.t('Choose an embedding model of a transformer and its pooling.'),
      },
    )
  const layers: Layer[] = []
  for (const module of others) layers.push(await loadLayer(folder, module.folder, module.type))
  return { ...(await readPooling(folder, pooling.folder)), layers, note: undefined }
}

async function readPooling(
  folder: string,
  module: string,
): Promise<Pick<Modules, 'pooling' | 'poolsPrompt'>> {
  const config = await readModelJson(path.join(folder, module), 'config.json')
  return {
    pooling: poolingOf(config, path.join(folder, module, 'config.json')),
    poolsPrompt: config['include_prompt'] !== false,
  }
}

async function withoutModules(folder: string, config: Record<string, unknown>): Promise<Modules> {
  const pooling = await readModelJson(path.join(folder, POOLING_FOLDER), 'config.json', true)
  if (Object.keys(pooling).length > 0)
    return { ...(await readPooling(folder, POOLING_FOLDER)), layers: [], note: undefined }
  const { architectures, is_causal: causal } = config
  const [architecture = ''] = Array.isArray(architectures) ? architectures.map(String) : []
  const isCausal = architecture.endsWith('ForCausalLM') && causal !== false
  return {
    pooling: usualPooling(isCausal),
    layers: [],
    poolsPrompt: true,
    note: isCausal
      ? l10n.t`there is no ${MODULES_FILE}, so the vector of the last token is taken`
      : l10n.t`there is no ${MODULES_FILE}, so the mean of all tokens is taken`,
  }
}

/** Undefined if there is no list. */
async function listModules(folder: string): Promise<Module[] | undefined> {
  const where = path.join(folder, MODULES_FILE)
  try {
    const list = JSON.parse(await readFile(where, 'utf8')) as { path?: string; type?: string }[]
    return list.map(({ path: inner = '', type = '' }) => ({
      folder: inner,
      type: type.split('.').at(-1)!,
    }))
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    if (!(thrown instanceof SyntaxError || thrown instanceof TypeError)) throw thrown
    throw failureError('model-incomplete', l10n.t('The file is not a list of modules.'), {
      where,
      remedy: l10n.t('Copy or download the model again.'),
    })
  }
}

/**
 * The prompt that sentence-transformers puts before texts unless it is told another one; without
 * one among several a note that names them.
 */
async function readPrompts(folder: string): Promise<Pick<SentenceModel, 'prompt' | 'note'>> {
  const config = await readModelJson(folder, 'config_sentence_transformers.json', true)
  const prompts = Object.entries(asRecord(config['prompts'])).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1] !== '',
  )
  const name = config['default_prompt_name']
  const [, prompt = ''] = prompts.find(([key]) => key === name) ?? []
  if (prompt !== '' || prompts.length === 0 || typeof name === 'string')
    return { prompt, note: undefined }
  const [first] = prompts
  const names = prompts.map(([key]) => key).join(', ')
  return {
    prompt,
    note: l10n.t`the model has prompts (${names}) and no default, so none is put before texts; “prompt” in the embedder sets one, such as ${JSON.stringify(first?.[1] ?? '')}`,
  }
}
