// Stores of curations in folders of their own, gone after the test.
import path from 'node:path'
import { curationFileSchema } from '../../../../src/core/formats/curationFile'
import type { AnnotationRecord, Selection } from '../../../../src/shared/domain'
import { type CurationPaths, curationPaths } from '../../../../src/store/curationPaths'
import { CurationStore } from '../../../../src/store/curationStore'
import { temporaryFolder } from '../../../support/temporaryFolder'

export const newPaths = (output?: string): CurationPaths =>
  curationPaths(
    path.join(temporaryFolder(), 'helpful.aepo.json'),
    curationFileSchema.parse({ version: 1, prompts: 'p.jsonl', output }),
  )

export function openStore(
  paths: CurationPaths,
  annotator = 'ann',
  messages: string[] = [],
): Promise<CurationStore> {
  return CurationStore.open(paths, { annotator, onMessage: (message) => messages.push(message) })
}

export const append = (store: CurationStore, record: AnnotationRecord): Promise<void> =>
  store.transaction((transaction) => transaction.appendAnnotation(record))

export const select = (store: CurationStore, ...selections: Selection[]): Promise<void> =>
  store.transaction((transaction) => transaction.appendSelections(selections))

export const idsOf = (items: Iterable<{ id: string }>): string[] =>
  Array.from(items, ({ id }) => id)
