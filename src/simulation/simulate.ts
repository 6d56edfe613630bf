// The use case: what each rule would have given on a file of judged responses.
import * as l10n from '@vscode/l10n'
import { type EmbeddedGroup, featuresOf } from '../core/selection/features/features'
import { type PromptMaterial, type SimulationData, simulationData } from '../core/simulation/data'
import { madeDegenerateTexts } from '../core/simulation/degenerate'
import { baselineFigures, ruleFigures } from '../core/simulation/report'
import type { SimulationSettings } from '../core/simulation/settings'
import type { Engine } from '../curation/engine'
import { progressOf, type WorkProgress } from '../curation/progressOf'
import type { SimulationReport } from '../shared/simulation'
import type { JudgedPrompt } from './judgedPool'
import { simulateSplits } from './threads'
import { vectorsOf } from './vectors'

/** Every `count`-th prompt, starting at `index` (0-based). */
export interface Part {
  index: number
  count: number
}

/** `2/3` is the second of three; null for another text. */
export function partOf(text: string): Part | null {
  const [, part = '', whole = ''] = /^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []
  const [index, count] = [Number(part) - 1, Number(whole)]
  return part === '' || index < 0 || index >= count ? null : { index, count }
}

export interface SimulateOptions {
  settings: SimulationSettings
  /** The prompts to use; all by default. */
  part?: Part
  /** Number of random splits. */
  seeds: number
  /** Whether the guard removes degenerate candidates before every rule. */
  guard: boolean
  embedder: string
  /** Folder of cached vectors. */
  cache: string
  /** The bundled worker, `dist/simulation.js`. */
  script: string
  signal: AbortSignal
  onActivity: (progress: WorkProgress) => void
}

/** @throws FailureError of the engine and the file system. */
export async function simulate(
  file: readonly JudgedPrompt[],
  engine: Engine,
  options: SimulateOptions,
): Promise<SimulationReport> {
  const { settings, seeds, guard, embedder, script, signal, onActivity } = options
  const { data, pool } = await simulatedPool(file, engine, options)
  const splits = await simulateSplits({ data, settings }, seeds, {
    script,
    signal,
    onProgress: progressOf(l10n.t('Simulating'), onActivity),
  })
  return {
    rules: ruleFigures(data, settings, splits),
    baselines: baselineFigures(
      data,
      pool.map(({ judged }) => judged.texts.map((text) => text.length)),
    ),
    pool: {
      prompts: pool.length,
      responses: pool.reduce((sum, { genuine }) => sum + genuine, 0),
      heldOut: splits[0]?.heldOut.length ?? 0,
      seeds,
      degenerate: settings.degenerate,
      kinds: settings.kinds,
      guard,
      embedder,
    },
  }
}

interface SimulatedPool {
  data: SimulationData
  pool: (PromptMaterial & Required<EmbeddedGroup>)[]
}

/**
 * The pools of judged responses as numbers. Embeds the whole file even where only a part is used,
 * so that parts share the cache.
 * @throws FailureError of the engine and the file system.
 */
export async function simulatedPool(
  file: readonly JudgedPrompt[],
  engine: Engine,
  {
    part = { index: 0, count: 1 },
    guard,
    embedder,
    cache,
    signal,
    onActivity,
  }: Pick<SimulateOptions, 'part' | 'guard' | 'embedder' | 'cache' | 'signal' | 'onActivity'>,
): Promise<SimulatedPool> {
  const bad = madeDegenerateTexts(file.map(({ texts }) => texts))
  const all = file.map((judged, i) => ({
    judged,
    texts: [...judged.texts, ...(bad[i] ?? [])],
  }))
  const vectors = await vectorsOf(
    engine,
    [...file.map(({ prompt }) => prompt), ...all.flatMap(({ texts }) => texts)],
    { embedder, cache, signal, onProgress: progressOf(l10n.t('Embedding'), onActivity) },
  )
  const pool = all
    .filter((_, place) => place % part.count === part.index)
    .map(({ judged, texts }) => ({
      judged,
      texts,
      genuine: judged.texts.length,
      vectors: vectors.stacked(texts),
      promptVector: vectors.stacked([judged.prompt]),
    }))
  const data = simulationData(pool, vectors.dim, featuresOf(pool, vectors.dim), guard)
  return { data, pool }
}
