// The model card of an exported model: README.md in its folder, as the Hugging Face hub reads it.
import * as l10n from '@vscode/l10n'
import { countedPrompts, oneOrSeveral } from '../../counted'
import { isHubId } from '../../formats/hubId'
import { methodOf } from '../methods/table'
import { countedTrainingRows } from '../needs/estimate'
import { comparedFigures } from '../regression'
import { beforeAndAfter } from './beforeAndAfter'
import { changesOf } from './changes'
import type { ReportFacts } from './facts'
import { list } from './markdown'

/** What a card is written from. */
export type CardFacts = Pick<ReportFacts, 'file' | 'history' | 'data' | 'regression' | 'model'>

/** @param name of the exported model. */
export function modelCard(name: string, facts: CardFacts): string {
  const method = methodOf(facts.file.method)
  const base = publicName(facts.model)
  return [
    frontMatter(facts.file.method, base),
    `# ${name}`,
    l10n.t`${base}, trained with ${method.label} on preferences that were curated with AEPO. ${method.summary}`,
    `## ${l10n.t('Training')}`,
    list([
      l10n.t`Base model: ${base}.`,
      l10n.t`Method: ${method.paper.title}, [arXiv ${method.paper.arxiv}](https://arxiv.org/abs/${method.paper.arxiv}).`,
      ...dataLines(facts),
      facts.file.common.lora
        ? l10n.t`A LoRA adapter of rank ${facts.file.common.loraRank} was trained, and is merged into the weights.`
        : l10n.t('All weights were trained.'),
      l10n.t`Learning rate ${facts.file.common.learningRate}, ${countedSteps(facts.history.step)}, seed ${facts.file.common.seed}.`,
    ]),
    ...figures(facts),
    `## ${l10n.t('Licence')}`,
    l10n.t`The licence of ${base} applies to this model. Those of the prompts and of the models that sampled the responses may restrict it further. Name the licence here, and as “license” at the top, before you publish the model.`,
  ]
    .map((part) => `${part}\n`)
    .join('\n')
}

const countedSteps = (count: number): string =>
  oneOrSeveral(count, l10n.t('1 optimiser step'), l10n.t`${count} optimiser steps`)

/** A folder is named by its last part: where it lies concerns nobody. */
const publicName = (model: string): string =>
  isHubId(model) ? model : (/[^/\\:]+$/.exec(model)?.[0] ?? model)

const frontMatter = (method: string, base: string): string =>
  [
    '---',
    'library_name: transformers',
    'pipeline_tag: text-generation',
    ...(isHubId(base) ? [`base_model: ${base}`] : []),
    'tags:',
    ...['aepo', 'trl', method].map((tag) => `  - ${tag}`),
    '---',
  ].join('\n')

function dataLines({ file, data, history }: CardFacts): string[] {
  const own = history.selfAnnotatedRows
  return [
    ...(data === null
      ? []
      : [
          l10n.t`Data: ${countedTrainingRows(methodOf(file.method).rows, data.rows)} of ${countedPrompts(data.prompts)}; held out: ${history.heldOutRows}.`,
        ]),
    ...(own === 0 ? [] : [l10n.t`Of these annotated by the model itself: ${own}.`]),
    ...(data === null || data.sources.length === 0
      ? []
      : [
          l10n.t`Responses from: ${data.sources.map(({ name, rows }) => `${publicName(name)} (${rows})`).join(', ')}.`,
        ]),
  ]
}

function figures({ file, history, regression }: CardFacts): string[] {
  const rows =
    regression === null
      ? changesOf(methodOf(file.method).figures, history.points)
      : comparedFigures(regression)
  if (rows.length === 0) return []
  return [`## ${l10n.t('Before and after')}`, beforeAndAfter(rows)]
}
