// Generation as the editor shows it: the models that sample, the prompts that were left out.
import * as l10n from '@vscode/l10n'
import type { Curation } from '../curation/curation'
import { describeLoaded, type Engine } from '../curation/engine'
import {
  generate,
  type GenerateOptions,
  type GenerateResult,
} from '../curation/generation/generate'
import type { LoadedModel } from '../shared/engineProtocol'
import { describeLeftOutPrompt } from '../curation/generation/leftOut'
import { asSentence, type Failure } from '../shared/errors'

export type WhatToSample = Pick<GenerateOptions, 'retriesLeftOut'>

export interface ShownGeneration
  extends WhatToSample, Pick<GenerateOptions, 'signal' | 'onActivity'> {
  /** Called with all models loaded so far, in one order, and their description. */
  onModels: (models: readonly LoadedModel[], description: string) => void
  /** Called at the end, with the mean rate of a model that sampled alone. */
  onSpeed: (model: LoadedModel, tokensPerSecond: number) => void
  log: { warn: (message: string) => void }
}

export interface ShownResult extends Pick<GenerateResult, 'generated' | 'cutOff'> {
  /** Which prompts were left out, and why the first of them; null where none was. */
  leftOut: Failure | null
}

/** Generates and selects. */
export async function generateShown(
  curation: Curation,
  engine: Engine,
  { onModels, onSpeed, onActivity, log, ...options }: ShownGeneration,
): Promise<ShownResult> {
  const models = new Map<string, LoadedModel>()
  const onModel = (model: LoadedModel): void => {
    models.set(describeLoaded(model), model)
    const descriptions = [...models.keys()].sort()
    const ordered = descriptions.flatMap((description) => models.get(description) ?? [])
    onModels(ordered, descriptions.join('; '))
  }
  const rates: number[] = []
  const result = generate(curation, engine, {
    ...options,
    select: true,
    onModel,
    onNotice: (sentence) => log.warn(sentence),
    onActivity: (activity) => {
      if (activity.tokensPerSecond !== null) rates.push(activity.tokensPerSecond)
      onActivity(activity)
    },
  })
  const { leftOut, generated, cutOff } = await result.finally(() => {
    const [model, ...others] = models.values()
    if (model && others.length === 0 && rates.length > 0)
      onSpeed(model, rates.reduce((sum, rate) => sum + rate, 0) / rates.length)
  })
  const added = leftOut.filter(({ isNew }) => isNew)
  for (const one of added) log.warn(describeLeftOutPrompt(one, curation.paths.prompts))
  return { generated, cutOff, leftOut: leftOutFailure(added, curation.paths.prompts) }
}

function leftOutFailure(added: GenerateResult['leftOut'], prompts: string): Failure | null {
  const [first] = added
  if (!first) return null
  const sentence =
    added.length === 1
      ? l10n.t('One prompt was left out.')
      : l10n.t`${added.length} prompts were left out, this one first.`
  return {
    code: 'prompt-refused',
    message: `${sentence} “${first.excerpt}”: ${asSentence(first.reason)}`,
    where: prompts,
    line: first.line,
    remedy: l10n.t(
      'The others were sampled. This one is tried again when its text, the model or the settings change.',
    ),
  }
}
