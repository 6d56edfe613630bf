// The judge's scores of responses: their vectors, and those of the judged responses.
import type { Engine } from '../../src/curation/engine'
import { type Vectors, vectorsOf } from '../../src/simulation/vectors'
import type { EmbedParams, EmbedResult } from '../../src/shared/engineProtocol'
import type { Prompt } from '../../src/shared/domain'
import type { JudgedPrompt } from '../../src/simulation/judgedPool'
import type { JudgedResponses } from './judge'
import { judgeAccuracy, judgedScore } from './judge'

const EMBEDDER = 'builtin:all-MiniLM-L6-v2'

/** An empty response is worse than any other. */
const EMPTY = -1

export class Scores {
  private constructor(
    private readonly judged: ReadonlyMap<string, JudgedResponses>,
    private readonly vectors: Vectors,
  ) {}

  /** @param texts every text that will be scored. */
  static async of(
    engine: Engine,
    pools: ReadonlyMap<string, JudgedPrompt>,
    texts: readonly string[],
    cache: string,
  ): Promise<Scores> {
    const embed = (what: string, wanted: readonly string[]): Promise<Vectors> =>
      vectorsOf(engine, wanted, {
        embedder: EMBEDDER,
        cache,
        signal: new AbortController().signal,
        onProgress: (done, total) => console.log(`Embedding ${what}: ${done} of ${total}`),
      })
    const judgedTexts = [...pools.values()].flatMap((pool) => pool.texts)
    const references = await embed('judged responses', judgedTexts)
    const judged = new Map(
      [...pools].map(([id, pool]) => [
        id,
        { vectors: references.stacked(pool.texts), scores: pool.scores },
      ]),
    )
    const vectors = await embed(
      'responses',
      texts.filter((text) => text.trim() !== ''),
    )
    return new Scores(judged, vectors)
  }

  /** Share of pairs of judged responses that the judge orders as they were scored. */
  get accuracy(): number {
    return judgeAccuracy([...this.judged.values()], this.vectors.dim)
  }

  of(promptId: string, text: string): number {
    const pool = this.judged.get(promptId)
    if (pool === undefined) throw new Error('No response to this prompt was judged.')
    return text.trim() === '' ? EMPTY : judgedScore(pool, this.vectors.stacked([text]))
  }

  /** The engine with the vectors at hand: what a selection embeds is read from them. */
  engine(engine: Engine): Engine {
    const { vectors } = this
    const request: Engine['request'] = (method, params, options) => {
      if (method !== 'embed') return engine.request(method, params, options)
      const { texts } = params as EmbedParams
      const result: EmbedResult = { vectors: vectors.stacked(texts), dim: vectors.dim }
      return Promise.resolve(result as never)
    }
    return { request }
  }
}

export const byPromptId = (
  prompts: readonly Prompt[],
  pools: readonly JudgedPrompt[],
): ReadonlyMap<string, JudgedPrompt> => {
  const byText = new Map(pools.map((pool) => [pool.prompt, pool]))
  return new Map(
    prompts.flatMap(({ id, messages }) => {
      const pool = byText.get(messages.map(({ content }) => content).join('\n'))
      return pool === undefined ? [] : [[id, pool] as const]
    }),
  )
}
