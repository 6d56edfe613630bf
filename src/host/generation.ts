// Generation as the editor shows it: the models that sample, the prompts that were left out.
import type { Curation } from '../curation/curation'
import { describeLoaded, type Engine } from '../curation/engine'
import { generate, type GenerateOptions } from '../curation/generate'
import type { LoadedModel } from '../shared/engineProtocol'
import { describeFailure, type Failure } from '../shared/errors'

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
  const { skipped } = await generate(curation, engine, { ...options, select: true, onModel })
  for (const { promptId, failure } of skipped)
    log.warn(`prompt ${promptId}: ${describeFailure(failure)}`)
  const [first] = skipped
  const count = skipped.length === 1 ? 'One prompt was' : `${skipped.length} prompts were`
  return first ? { ...first.failure, message: `${count} left out. ${first.failure.message}` } : null
}
