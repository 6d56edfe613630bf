// What New Curation… asks for, and the curation file that follows from the answers.
import path from 'node:path'
import {
  type CurationFile,
  type CurationFileInput,
  curationFileSchema,
} from '../../core/formats/curationFile'
import { EMBEDDED_GENERATOR } from '../../core/formats/modelSettings'
import { recommendedSampling } from '../../core/formats/recommendedSampling'
import { CURATION_SUFFIX } from '../../store/curationPaths'
import type { ModelSource } from '../questions/model'
import { NO_PROMPTS, type PromptAnswers } from '../questions/promptAnswers'

export interface CurationAnswers extends PromptAnswers {
  source: ModelSource
  n: number
  k: number
  maxNewTokens: number
  /** Of the curation; null: one that is free. */
  name: string | null
}

/** Where the curation file is written. */
export interface Target {
  folder: string
  name: string
}

const DEFAULTS = curationFileSchema.parse({ version: 1, prompts: '-' })

export const DEFAULT_ANSWERS: CurationAnswers = {
  ...NO_PROMPTS,
  source: { kind: 'model', model: EMBEDDED_GENERATOR },
  n: DEFAULTS.sampling.n,
  k: DEFAULTS.selection.k,
  maxNewTokens: DEFAULTS.sampling.maxNewTokens,
  name: null,
}

export const targetFile = ({ folder, name }: Target): string =>
  path.join(folder, `${name}${CURATION_SUFFIX}`)

/** The content of the curation file. */
export function curationFileOf(answers: CurationAnswers, target: Target): CurationFileInput {
  const { file, n, k, maxNewTokens } = answers
  const generator = generatorOf(answers, target.folder)
  const fields = givenFields(answers.fields)
  return {
    version: 1,
    prompts: relativePath(target.folder, file),
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
    output: `${target.name}.dpo.jsonl`,
    generator,
    sampling: { ...DEFAULTS.sampling, ...recommendedSampling(generator), n, maxNewTokens },
    embedder: DEFAULTS.embedder,
    selection: { ...DEFAULTS.selection, k },
    annotation: DEFAULTS.annotation,
  }
}

function generatorOf({ source }: CurationAnswers, folder: string): CurationFileInput['generator'] {
  if (source.kind === 'server') return { server: source.address, model: source.model }
  return { model: portableModel(source.model, folder), device: 'auto' }
}

/** A folder beside the curation or below it is named relative to it: the curation can be moved. */
function portableModel(model: string, folder: string): string {
  if (!path.isAbsolute(model)) return model
  const relative = relativePath(folder, model)
  return relative.startsWith('..') || path.isAbsolute(relative) ? model : `./${relative}`
}

const relativePath = (folder: string, file: string): string =>
  path.relative(folder, file).replaceAll('\\', '/')

function givenFields({ prompt, system }: CurationFile['fields']): CurationFile['fields'] {
  return {
    ...(prompt === undefined ? {} : { prompt }),
    ...(system === undefined ? {} : { system }),
  }
}
