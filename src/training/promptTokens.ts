// Asks the engine which tokens it sampled from, so that the runner can compare them with those that
// it trains on.
// Invariant I19.
import type { TrainingRow } from '../core/training/row'
import { type Engine, type ModelPlaces, resolveModel } from '../curation/engine'
import type { PromptTokensParams } from '../shared/engineProtocol'

type Prompts = Map<string, PromptTokensParams['prompts'][number]>

/** The rows with `promptTokens` where their generator is a model on this machine. */
export async function withPromptTokens(
  rows: readonly TrainingRow[],
  places: ModelPlaces,
  engine: () => Engine,
  signal: AbortSignal,
): Promise<TrainingRow[]> {
  const tokens = new Map<string, number[]>()
  for (const [model, prompts] of promptsByModel(rows)) {
    const answer = await engine().request(
      'promptTokens',
      { model: resolveModel(model, places), prompts: [...prompts.values()] },
      { signal },
    )
    for (const [index, key] of [...prompts.keys()].entries()) {
      const found = answer?.[index]
      if (found) tokens.set(key, found)
    }
  }
  return rows.map((row) => {
    const promptTokens = tokens.get(keyOf(row))
    return promptTokens ? { ...row, promptTokens } : row
  })
}

/** Model → key of a row → what to ask for it, each prompt once. A server's are not asked for. */
function promptsByModel(rows: readonly TrainingRow[]): Map<string, Prompts> {
  const models = new Map<string, Prompts>()
  for (const row of rows) {
    const { generator, prompt, template } = row
    if (!generator || generator.server !== undefined) continue
    const prompts = models.get(generator.model) ?? (new Map() as Prompts)
    prompts.set(keyOf(row), {
      messages: prompt,
      ...(template === undefined ? {} : { template }),
    })
    models.set(generator.model, prompts)
  }
  return models
}

const keyOf = ({ generator, promptId, template }: TrainingRow): string =>
  JSON.stringify([generator, promptId, template])
