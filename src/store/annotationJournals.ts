// The annotators' journals, one file each, folded in memory.
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { AnnotationFold } from '../core/annotation/fold'
import { annotationRecordSchema } from '../core/formats/records'
import type { Annotation, AnnotationRecord } from '../shared/domain'
import { FailureError, toFailure } from '../shared/errors'
import type { Annotations } from './indexes'
import { Journal } from './journal'
import type { ChangeCollector } from './storeChange'

const SUFFIX = '.jsonl'

export class AnnotationJournals implements Annotations {
  private readonly journals = new Map<string, Journal<AnnotationRecord>>()
  private readonly folds = new Map<string, AnnotationFold>()
  private isRewritten = false

  constructor(
    private readonly folder: string,
    private readonly onMessage: (message: string) => void,
  ) {}

  get annotators(): string[] {
    return [...this.folds.keys()].sort()
  }

  standing(annotator: string): ReadonlyMap<string, Annotation> {
    return this.folds.get(annotator)?.standing ?? new Map<string, Annotation>()
  }

  flagged(annotator: string): ReadonlySet<string> {
    return this.folds.get(annotator)?.flagged ?? new Set<string>()
  }

  last(annotator: string, counts: (annotation: Annotation) => boolean): Annotation | undefined {
    return this.folds.get(annotator)?.last(counts)
  }

  all(): Iterable<Annotation> {
    return [...this.folds.values()].flatMap(({ all }) => all)
  }

  timesGiven(annotator: string, selectionId: string): number {
    return this.folds.get(annotator)?.timesGiven(selectionId) ?? 0
  }

  isAnnotated(selectionId: string): boolean {
    for (const { standing } of this.folds.values()) if (standing.has(selectionId)) return true
    return false
  }

  /** Resolves when the record is flushed to disk; the journal of its annotator is read on. */
  async append(record: AnnotationRecord, change: ChangeCollector): Promise<void> {
    const journal = await this.journal(annotationFileName(record.annotator))
    try {
      await journal.append([record], { flush: true })
    } finally {
      await this.read([journal], change)
    }
  }

  /** Takes in what was appended since, by anyone. */
  async refresh(change: ChangeCollector): Promise<void> {
    for (const name of await namesIn(this.folder)) await this.journal(name)
    await this.read(this.journals.values(), change)
  }

  private async journal(name: string): Promise<Journal<AnnotationRecord>> {
    const known = this.journals.get(name)
    if (known) return known
    const opened = await Journal.open(path.join(this.folder, name), annotationRecordSchema, {
      onMessage: this.onMessage,
      onRewritten: () => (this.isRewritten = true),
    })
    this.journals.set(name, opened)
    return opened
  }

  /** One journal may hold several annotators: when one was replaced, all are read anew. */
  private async read(
    journals: Iterable<Journal<AnnotationRecord>>,
    change: ChangeCollector,
  ): Promise<void> {
    for (const journal of journals) await this.fold(journal, change)
    if (!this.isRewritten) return
    this.folds.clear()
    for (const journal of this.journals.values()) {
      journal.rewind()
      await this.fold(journal, change)
    }
    this.isRewritten = false
    change.addAll('annotations')
  }

  private fold(journal: Journal<AnnotationRecord>, change: ChangeCollector): Promise<void> {
    return journal.visit((record) => {
      const fold = this.folds.get(record.annotator) ?? new AnnotationFold()
      this.folds.set(record.annotator, fold)
      const promptId = fold.add(record)
      if (promptId !== null) change.add('annotations', promptId)
    })
  }
}

/** The name as it is, where file systems allow it; other characters as %XX. */
export function annotationFileName(annotator: string): string {
  const encoded = annotator.normalize('NFC').replaceAll(/[^\p{L}\p{M}\p{N}@+_. -]/gu, percent)
  const isDevice = /^(con|prn|aux|nul|com\d|lpt\d)$/i.test(encoded)
  return `${encoded.replace(isDevice ? /^./ : /^[. ]/, percent)}${SUFFIX}`
}

const percent = (text: string): string =>
  Array.from(
    Buffer.from(text),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('')

/** Names of the journals in a folder; none where it does not exist. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(SUFFIX)).sort()
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new FailureError(toFailure(thrown, folder), { cause: thrown })
  }
}
