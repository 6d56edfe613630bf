// The use case: what a model of an annotator's labels says of them, cached by their hash.
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { hashOf } from '../core/formats/ids'
import { jsonOf } from '../core/text/values'
import type { Curation } from '../curation/curation'
import { embedderName } from '../curation/engine'
import type { LabelAnalysis } from '../shared/labelAnalysis'
import { replaceFile } from '../store/atomicFile'
import { makeFolder } from '../store/files'
import { type GivenLabel, givenLabels } from './givenLabels'
import { materialOf } from './material'
import { analyseInThread } from './thread'
import type { TextVectorOptions } from './vectors'

/** Raised when the same labels would give another result. */
const VERSION = 1

export interface AnalysisOptions extends TextVectorOptions {
  /** The bundled worker, `dist/labelAnalysis.js`. */
  script: string
}

interface Cached {
  key: string
  analysis: LabelAnalysis
}

/**
 * Of the labels of one annotator: a judge's opinions play no part. Of the same labels the result is
 * read from the cache.
 * @throws FailureError of the engine, the journals and the file system; AbortError.
 */
export async function labelAnalysis(
  curation: Curation,
  annotator: string,
  options: AnalysisOptions,
): Promise<LabelAnalysis> {
  const labels = givenLabels(curation, annotator)
  const key = hashOf([VERSION, embedderName(curation.settings.embedder), labels.map(contentOf)])
  const file = path.join(options.cache, `${hashOf([curation.paths.file, annotator])}.json`)
  // undefined where the file is missing or broken
  const cached = jsonOf(await readFile(file, 'utf8').catch(() => '')) as Cached | undefined
  if (cached?.key === key) return cached.analysis
  const material = await materialOf(curation, labels, options)
  const analysis = await analyseInThread(material, options.script, options.signal)
  await makeFolder(options.cache)
  await replaceFile(file, [JSON.stringify({ key, analysis } satisfies Cached)])
  return analysis
}

const contentOf = ({ selection, annotation, isGivenAgain }: GivenLabel): unknown[] => [
  selection.id,
  annotation.preference,
  annotation.milliseconds,
  isGivenAgain,
]
