// Generation as the editor shows it: the models that sample, the prompts that were left out.
import * as l10n from '@vscode/l10n'
import type { Curation } from '../curation/curation'
import { describeLoaded, type Engine } from '../curation/engine'
import { generate, type GenerateOptions } from '../curation/generate'
import type { LoadedModel } from '../shared/engineProtocol'
import { describeLeftOutPrompt } from '../curation/leftOut'
import { asSentence, type Failure } from '../shared/errors'

export interface ShownGeneration extends Pick<GenerateOptions, 'signal' | 'onActivity'> {
  /** Called with all models loaded so far, in one order, and their description. */
  onModels: (models: readonly LoadedModel[], description: string) => void
  log: { warn: (message: string) => void }
}

/** Generates and selects; the result says which prompts were left out, null where none was. */
export async function generateShown(
  curation: Curation,
  engine: Engine,
  { onModels, log, ...options }: ShownGeneration,
): Promise<Failure | null> {
  const models = new Map<string, LoadedModel>()
  const onModel = (model: LoadedModel): void => {
    models.set(describeLoaded(model), model)
    const descriptions = [...models.keys()].sort()
    const ordered = descriptions.flatMap((description) => models.get(description) ?? [])
    onModels(ordered, descriptions.join('; '))
  }
  const { leftOut } = await generate(curation, engine, { ...options, select: true, onModel })
  const added = leftOut.filter(({ isNew }) => isNew)
  for (const one of added) log.warn(describeLeftOutPrompt(one, curation.paths.prompts))
  const [first] = added
  if (!first) return null
  const sentence =
    added.length === 1
      ? l10n.t('One prompt was left out.')
      : l10n.t`${added.length} prompts were left out, this one first.`
  return {
    code: 'prompt-refused',
    message: `${sentence} “${first.excerpt}”: ${asSentence(first.reason)}`,
    where: curation.paths.prompts,
    line: first.line,
    remedy: l10n.t(
      'The others were sampled. This one is tried again when its text, the model or the settings change.',
    ),
  }
}
