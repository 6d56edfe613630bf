// `aepo init`: writes a curation file.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { curationFileSchema } from '../../core/formats/curationFile'
import { DEVICE_CHOICES } from '../../core/formats/modelSettings'
import { recommendedSampling } from '../../core/formats/recommendedSampling'
import { curationName } from '../../curation/curation'
import { writeCurationFile } from '../../store/curationFileStore'
import { CURATION_SUFFIX } from '../../store/curationPaths'
import { loadPrompts } from '../../store/promptFile'
import { command, UsageError } from '../command'
import { given } from '../curation'

export const init = command({
  does: l10n.t('writes a curation file for a file of prompts'),
  usage: [
    'FILE.aepo.json --prompts P [--n N --k K --lambda L --model M --server URL --seed S --max-new-tokens T --device D]',
  ],
  options: {
    prompts: {
      type: 'text',
      value: 'P',
      does: l10n.t('the prompts: JSONL, JSON, CSV, TSV, Parquet or plain text'),
      required: true,
    },
    n: { type: 'number', value: 'N', does: l10n.t('candidates per prompt') },
    k: { type: 'number', value: 'K', does: l10n.t('candidates per selection') },
    lambda: { type: 'number', value: 'L', does: l10n.t('weight of diversity in the selection') },
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
  },
  async run({ file, values }, { output }) {
    const { prompts, n, k, lambda, model, server, seed, device } = values
    const target = path.resolve(file)
    if (!target.endsWith(CURATION_SUFFIX))
      throw new UsageError(
        l10n.t`The name of a curation file ends in ${CURATION_SUFFIX}; “${file}” does not.`,
      )
    if (server !== undefined && device !== undefined)
      throw new UsageError(l10n.t('--device is for local models, not for a server.'))
    if (server !== undefined && model === undefined)
      throw new UsageError(l10n.t('--server needs --model, the name of the model on the server.'))
    const generator = {
      ...given('server', server),
      ...given('model', model),
      ...given('device', device),
    }
    const parsed = curationFileSchema.safeParse({
      version: 1,
      prompts: path.relative(path.dirname(target), path.resolve(prompts)).split(path.sep).join('/'),
      generator,
      sampling: {
        ...recommendedSampling(generator),
        ...given('n', n),
        ...given('seed', seed),
        ...given('maxNewTokens', values['max-new-tokens']),
      },
      selection: { ...given('k', k), ...given('lambda', lambda) },
    })
    if (!parsed.success)
      throw new UsageError(
        parsed.error.issues
          .map(({ path: key, message }) => `${key.join('.')}: ${message}`)
          .join('; '),
      )
    const loaded = await loadPrompts(path.resolve(prompts), parsed.data.fields)
    await writeCurationFile(
      target,
      { ...parsed.data, output: `${curationName(target)}.dpo.jsonl` },
      { overwrite: false },
    )
    output.result(
      { file: target, prompts: loaded.prompts.length, duplicates: loaded.duplicates },
      l10n.t`${file}: a curation of ${loaded.prompts.length} prompts.`,
    )
  },
})
