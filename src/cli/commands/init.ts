// `aepo init`: writes a curation file.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import type { CurationFile } from '../../core/formats/curationFile'
import { DEVICE_CHOICES } from '../../core/formats/modelSettings'
import { parseCurationFile } from '../../core/formats/parseCurationFile'
import { recommendedSampling } from '../../core/formats/recommendedSampling'
import type { PromptReport } from '../../core/rows/promptReport'
import { describeReading, noPrompts } from '../../core/rows/promptReportText'
import { curationName } from '../../curation/curation'
import { writeCurationFile } from '../../store/curationFileStore'
import { CURATION_SUFFIX } from '../../store/curationPaths'
import { loadPrompts, type PromptReading, previewPrompts } from '../../store/promptFile'
import { type CliCall, cliCommand, type Context, type Values } from '../command'
import { given } from '../curation'
import {
  promptReading,
  promptText,
  READING_OPTIONS,
  reportJson,
  reportText,
} from '../promptReading'
import { UsageError } from '../usageError'

const options = {
  prompts: {
    type: 'text',
    value: 'P',
    does: l10n.t('the prompts: JSONL, JSON, CSV, TSV, Parquet or plain text'),
    required: true,
  },
  ...READING_OPTIONS,
  'dry-run': {
    type: 'flag',
    value: '',
    does: l10n.t('show how the prompts are read and the first three of them; write nothing'),
  },
  n: { type: 'number', value: 'N', does: l10n.t('candidates per prompt') },
  k: { type: 'number', value: 'K', does: l10n.t('candidates per selection') },
  lambda: { type: 'number', value: 'L', does: l10n.t('weight of diversity in the selection') },
  budget: {
    type: 'number',
    value: 'B',
    does: l10n.t('annotations that each annotator is to make'),
  },
  model: {
    type: 'text',
    value: 'M',
    does: l10n.t('the generator: builtin:NAME, a folder, a hub id, or a model of the server'),
  },
  server: {
    type: 'text',
    value: 'URL',
    does: l10n.t('address of a server with the OpenAI API that samples the candidates'),
  },
  seed: { type: 'number', value: 'S', does: l10n.t('seed of the sampling') },
  'max-new-tokens': { type: 'number', value: 'T', does: l10n.t('maximum tokens per candidate') },
  device: {
    type: 'text',
    value: 'D',
    does: l10n.t`where a local model runs: ${DEVICE_CHOICES.join(', ')}`,
  },
} as const

export const init = cliCommand({
  does: l10n.t('writes a curation file for a file of prompts'),
  usage: [
    'FILE.aepo.json --prompts P [--n N --k K --lambda L --budget B --model M --server URL --seed S --max-new-tokens T --device D]',
    'FILE.aepo.json --prompts P [--prompt-field F --system-field F --delimiter D --header yes|no] [--dry-run]',
  ],
  options,
  async run({ file, values }, { output }) {
    const target = path.resolve(file)
    if (!target.endsWith(CURATION_SUFFIX))
      throw new UsageError(
        l10n.t`The name of a curation file ends in ${CURATION_SUFFIX}; “${file}” does not.`,
      )
    const prompts = path.resolve(values.prompts)
    const reading = promptReading(values)
    if (values['dry-run']) return preview(prompts, reading, output)
    const settings = settingsOf(target, values, reading)
    const loaded = await loadPrompts(prompts, reading)
    await writeCurationFile(
      target,
      {
        ...withoutEmpty(withFoundField(settings, loaded.report)),
        output: `${curationName(target)}.dpo.jsonl`,
      },
      { overwrite: false },
    )
    for (const sentence of reportText(loaded.format, loaded.report)) output.message(sentence)
    output.result(
      {
        file: target,
        prompts: loaded.prompts.length,
        ...reportJson(loaded.format, loaded.report),
      },
      loaded.prompts.length === 1
        ? l10n.t`${file}: a curation of 1 prompt.`
        : l10n.t`${file}: a curation of ${loaded.prompts.length} prompts.`,
    )
  },
})

async function preview(
  prompts: string,
  reading: PromptReading,
  output: Context['output'],
): Promise<void> {
  const { format, report, first } = await previewPrompts(prompts, reading)
  if (first.length === 0) {
    for (const sentence of describeReading(format, report)) output.message(sentence)
    throw noPrompts(prompts, format, report, reading.fields)
  }
  output.result(
    { ...reportJson(format, report), first: first.map(({ messages }) => messages) },
    [...reportText(format, report), ...first.map(promptText)].join('\n'),
  )
}

/** @throws UsageError for values that the curation file does not take. */
function settingsOf(
  target: string,
  values: CliCall<Values<typeof options>>['values'],
  reading: PromptReading,
): CurationFile {
  const { prompts, n, k, lambda, budget, model, server, seed, device } = values
  if (server !== undefined && device !== undefined)
    throw new UsageError(l10n.t('--device is for local models, not for a server.'))
  if (server !== undefined && model === undefined)
    throw new UsageError(l10n.t('--server needs --model, the name of the model on the server.'))
  const generator = {
    ...given('server', server),
    ...given('model', model),
    ...given('device', device),
  }
  const settings = {
    version: 1,
    prompts: path.relative(path.dirname(target), path.resolve(prompts)).split(path.sep).join('/'),
    ...reading,
    generator,
    sampling: {
      ...recommendedSampling(generator),
      ...given('n', n),
      ...given('seed', seed),
      ...given('maxNewTokens', values['max-new-tokens']),
    },
    selection: { ...given('k', k), ...given('lambda', lambda) },
    annotation: { ...given('budget', budget) },
  }
  const parsed = parseCurationFile(JSON.stringify(settings), target)
  if ('settings' in parsed) return parsed.settings
  throw new UsageError(parsed.failures.map(({ message }) => message).join(' '))
}

/** Says in the file which field was found, where it is that of every prompt. */
function withFoundField(settings: CurationFile, { promptFields }: PromptReport): CurationFile {
  const [found] = promptFields
  if (settings.fields.prompt !== undefined || found === undefined || promptFields.length > 1)
    return settings
  return { ...settings, fields: { ...settings.fields, prompt: found } }
}

/** Without `fields` and `table` where nothing was given. */
function withoutEmpty({
  fields,
  table,
  ...settings
}: CurationFile): Parameters<typeof writeCurationFile>[1] {
  return {
    ...settings,
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
    ...(Object.keys(table).length > 0 ? { table } : {}),
  }
}
