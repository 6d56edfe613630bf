// Labelling by rules that learn from labels, in a curation of any size: how long until the next
// selection is ready, how long a key waits meanwhile, and how much memory it takes.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { isLabelMethod } from '../src/core/selection/rules'
import type { Annotation, LabelMethod, Selection, SelectionMethod } from '../src/shared/domain'
import type { SelectAheadResult } from './children/selectAhead.child'
import { median } from './report'
import { resultOfChild } from './support/childProcess'
import { optionsOf } from './support/options'
import { percentile } from './support/percentile'
import { inWords, withCurations } from './support/sides'

const ANNOTATOR = 'bench'

const options = optionsOf({
  sizes: '1280000',
  folder: '',
  rules: 'd-optimal,adaptive',
  /** Labels that are there before the first decision. */
  labels: '100,1000,9700',
  /** Selections annotated in each run. */
  decisions: '30',
})
const HEADER = [
  'rule',
  'labels',
  'first selection',
  'on disk, median',
  'next ready, median',
  '95 %',
  'a key waits, 95 %',
  'processor time, median',
  'memory',
  'engine',
]

await withCurations(options.text('sizes'), options.text('folder'), (file, candidates) => {
  console.log(`${inWords(candidates)} candidates`)
  line(HEADER)
  line(HEADER.map((_, column) => (column === 0 ? '---' : '---:')))
  for (const rule of options.text('rules').split(',').map(labelMethod))
    for (const labels of options.text('labels').split(',').map(Number)) {
      prepare(file, rule, labels)
      const decisions = String(options.number('decisions'))
      const result = resultOfChild('selectAhead', [file, ANNOTATOR, decisions]) as SelectAheadResult
      line([
        rule,
        String(labels),
        `${result.openSeconds.toFixed(1)} s`,
        ...[
          median(result.acknowledged),
          median(result.ready),
          percentile(result.ready, 95),
          percentile(result.stalls, 95),
          median(result.processor),
        ].map((milliseconds) => `${milliseconds.toFixed(0)} ms`),
        ...[result.megabytes, result.engineMegabytes].map(
          (megabytes) => `${megabytes?.toFixed(0) ?? '–'} MB`,
        ),
      ])
    }
})

function line(cells: readonly string[]): void {
  console.log(`| ${cells.join(' | ')} |`)
}

function labelMethod(name: string): LabelMethod {
  const method = name as SelectionMethod
  if (!isLabelMethod(method)) throw new RangeError(`${name} does not learn from labels.`)
  return method
}

/** The curation with the rule, its selections as they were made, and the first ones labelled. */
function prepare(file: string, method: LabelMethod, labels: number): void {
  const settings = JSON.parse(readFileSync(file, 'utf8')) as object
  writeFileSync(file, JSON.stringify({ ...settings, selection: { method } }))
  const data = file.replace(/\.json$/, '')
  const journal = path.join(data, 'selections.jsonl')
  const made = readFileSync(journal, 'utf8').trimEnd().split('\n')
  const selections = made
    .map((record) => JSON.parse(record) as Selection)
    .filter((one) => one.method === 'aepo')
  writeFileSync(journal, selections.map((one) => `${JSON.stringify(one)}\n`).join(''))
  const annotations = path.join(data, 'annotations')
  rmSync(annotations, { recursive: true, force: true })
  mkdirSync(annotations)
  const records = selections.slice(0, labels).map(annotationOf)
  writeFileSync(path.join(annotations, `${ANNOTATOR}.jsonl`), records.join(''))
}

function annotationOf({ id, promptId, candidateIds }: Selection, place: number): string {
  const ids = place % 2 === 0 ? candidateIds : candidateIds.toReversed()
  const annotation: Annotation = {
    kind: 'annotation',
    id: `label-${place}`,
    selectionId: id,
    promptId,
    annotator: ANNOTATOR,
    preference: { kind: 'ranking', tiers: ids.map((one) => [one]) },
    shownOrder: [...candidateIds],
    milliseconds: 1000,
    at: new Date(Date.UTC(2026, 0, 1) + 1000 * place).toISOString(),
  }
  return `${JSON.stringify(annotation)}\n`
}
