// The chat template of a model folder, and the special tokens that it may name.
import * as l10n from '@vscode/l10n'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { ChatTemplate, JinjaError } from '../../core/jinja/template'
import { isRecord } from '../../core/text/values'
import { failureError } from '../../shared/errors'
import { readModelJson } from '../models/modelConfig'

const TEMPLATE_FILE = 'chat_template.jinja'
/** The older form of {@link TEMPLATE_FILE}, beside the tokenizers of multimodal models. */
const OLDER_TEMPLATE_FILE = 'chat_template.json'

/**
 * The template in its own file, else the one in the tokenizer's configuration, as in transformers;
 * undefined for a base model.
 * @throws FailureError `bad-input` for a template that cannot be read as one.
 */
export async function readChatTemplate(
  folder: string,
  config: Record<string, unknown>,
): Promise<ChatTemplate | undefined> {
  const file = path.join(folder, TEMPLATE_FILE)
  const own = await textOf(file)
  if (own !== undefined) return compile(own, file)
  const source =
    defaultTemplate(config['chat_template'], folder) ??
    defaultTemplate(
      (await readModelJson(folder, OLDER_TEMPLATE_FILE, true))['chat_template'],
      folder,
    )
  return source === undefined ? undefined : compile(source, folder)
}

/**
 * The special tokens by name, such as `bos_token`, as transformers passes them to a template: those
 * of the tokenizer's configuration, with those that the model has beside the standard ones.
 */
export async function readSpecialTokens(
  folder: string,
  config: Record<string, unknown>,
): Promise<Record<string, string>> {
  const older =
    'added_tokens_decoder' in config
      ? {}
      : await readModelJson(folder, 'special_tokens_map.json', true)
  const named = { ...config, ...older }
  const standard = Object.entries(named).filter(([name]) => name.endsWith('_token'))
  const own = ['extra_special_tokens', 'model_specific_special_tokens'].flatMap((key) => {
    const tokens = named[key]
    return isRecord(tokens) ? Object.entries(tokens) : []
  })
  return Object.fromEntries(
    [...standard, ...own].flatMap(([name, token]): [string, string][] => {
      const content = isRecord(token) ? token['content'] : token
      return typeof content === 'string' ? [[name, content]] : []
    }),
  )
}

function compile(source: string, where: string): ChatTemplate {
  try {
    return new ChatTemplate(source)
  } catch (thrown) {
    if (!(thrown instanceof JinjaError)) throw thrown
    throw failureError(
      'bad-input',
      l10n.t`The model's chat template cannot be read: ${thrown.message}.`,
      {
        where,
        remedy: l10n.t('Correct the template, or copy or download the model again.'),
      },
    )
  }
}

/** A template, or the one named `default` of several. */
function defaultTemplate(templates: unknown, where: string): string | undefined {
  if (typeof templates === 'string') return templates
  if (!Array.isArray(templates)) return undefined
  const named = templates.filter(isRecord)
  const template = named.find(({ name }) => name === 'default')?.['template']
  if (typeof template === 'string') return template
  const names = named.map(({ name }) => String(name)).join(', ')
  throw failureError(
    'bad-input',
    l10n.t`The model has several chat templates and none is the default: ${names}.`,
    {
      where,
      remedy: l10n.t`Write the template to use into ${TEMPLATE_FILE} in the model's folder.`,
    },
  )
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw thrown
  }
}
