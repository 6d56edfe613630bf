// The analyses of the labels of a curation that `aepo status` prints when it is asked for them.
import * as l10n from '@vscode/l10n'
import path from 'node:path'
import { oneOrSeveral } from '../core/counted'
import { learningSentences, reasonText } from '../core/labelAnalysis/text'
import type { Curation } from '../curation/curation'
import { excerptOf } from '../curation/excerpt'
import { labelAnalysis } from '../labelAnalysis/analysis'
import type { LabelAnalysis, LookAgain } from '../shared/labelAnalysis'
import type { Context } from './command'

/** Labels that are named one by one; `--json` lists all. */
const MOST_NAMED = 20
const EXCERPT_CHARACTERS = 60

export const ANALYSIS_OPTIONS = {
  learning: {
    type: 'flag',
    value: '',
    does: l10n.t('also fit a model to the labels: how well it predicts them, what more would add'),
  },
  'look-again': {
    type: 'flag',
    value: '',
    does: l10n.t('also list labels to look at again, and why'),
  },
} as const

interface Wanted {
  learning?: boolean
  'look-again'?: boolean
}

interface Analyses {
  json: {
    learning?: Record<string, Omit<LabelAnalysis, 'lookAgain'>>
    lookAgain?: Record<string, LookAgain[]>
  }
  sentences: string[]
}

/** Of each annotator who labelled anything. Nothing is computed where nothing is wanted. */
export async function labelAnalyses(
  curation: Curation,
  wanted: Wanted,
  { environment, output }: Context,
): Promise<Analyses> {
  if (wanted.learning !== true && wanted['look-again'] !== true) return { json: {}, sentences: [] }
  const options = {
    engine: environment.engine(output, curation),
    cache: path.join(environment.cache, 'label-analysis'),
    script: path.join(__dirname, 'labelAnalysis.js'),
    signal: environment.signal,
  }
  const learning: Analyses['json']['learning'] = {}
  const again: Analyses['json']['lookAgain'] = {}
  const sentences: string[] = []
  for (const annotator of curation.store.annotations.annotators) {
    const { lookAgain, ...analysis } = await labelAnalysis(curation, annotator, options)
    if (analysis.labels === 0) continue
    learning[annotator] = analysis
    again[annotator] = lookAgain
    if (wanted.learning) sentences.push(`${annotator}: ${learningSentences(analysis).join(' ')}`)
    if (wanted['look-again']) sentences.push(...lookAgainLines(curation, annotator, lookAgain))
  }
  return {
    json: {
      ...(wanted.learning ? { learning } : {}),
      ...(wanted['look-again'] ? { lookAgain: again } : {}),
    },
    sentences,
  }
}

function lookAgainLines(
  curation: Curation,
  annotator: string,
  lookAgain: readonly LookAgain[],
): string[] {
  if (lookAgain.length === 0) return [l10n.t`${annotator}: no label to look at again.`]
  return [
    oneOrSeveral(
      lookAgain.length,
      l10n.t`${annotator}: 1 label to look at again:`,
      l10n.t`${annotator}: ${lookAgain.length} labels to look at again:`,
    ),
    ...lookAgain.slice(0, MOST_NAMED).map(({ promptId, reasons }) => {
      const prompt = curation.prompt(promptId)
      const excerpt = prompt ? excerptOf(prompt, EXCERPT_CHARACTERS) : promptId
      const place = `${path.basename(curation.paths.prompts)}:${curation.lineOf(promptId)}`
      return `  ${place} “${excerpt}”: ${reasons.map(reasonText).join(' ')}`
    }),
    ...(lookAgain.length > MOST_NAMED
      ? [l10n.t`  … and ${lookAgain.length - MOST_NAMED} more: --json lists all.`]
      : []),
  ]
}
