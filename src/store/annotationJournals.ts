// The annotators' journals, one file each, folded in memory.
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { AnnotationFold } from '../core/annotation/fold'
import { annotationRecordSchema } from '../core/formats/records'
import type { Annotation, AnnotationRecord } from '../shared/domain'
import { FailureError, toFailure } from '../shared/errors'
import { Journal } from './journal'

const SUFFIX = '.jsonl'

export class AnnotationJournals {
  private readonly journals = new Map<string, Journal<AnnotationRecord>>()
  private readonly folds = new Map<string, AnnotationFold>()
  private wasRewritten = false

  constructor(
    private readonly folder: string,
    private readonly onMessage: (message: string) => void,
  ) {}

  /** Everyone whose journal holds a record, sorted. */
  get annotators(): string[] {
    return [...this.folds.keys()].sort()
  }

  standing(annotator: string): ReadonlyMap<string, Annotation> {
    return this.folds.get(annotator)?.standing ?? new Map<string, Annotation>()
  }

  /** The last one made that is not undone, of those that `counts`. */
  last(annotator: string, counts: (annotation: Annotation) => boolean): Annotation | undefined {
    return this.folds.get(annotator)?.last(counts)
  }

  /** Whether any annotator's annotation of this selection stands. */
  isAnnotated(selectionId: string): boolean {
    for (const { standing } of this.folds.values()) if (standing.has(selectionId)) return true
    return false
  }

  /** Resolves when the record is flushed to disk. */
  async append(record: AnnotationRecord): Promise<void> {
    const journal = await this.journal(annotationFileName(record.annotator))
    try {
      await journal.append([record], { flush: true })
    } finally {
      await this.read([journal])
    }
  }

  /**
   * Takes in what was appended since, by anyone; whether that was anything. A journal that was
   * replaced has all of them read anew.
   */
  async refresh(): Promise<boolean> {
    for (const name of await namesIn(this.folder)) await this.journal(name)
    return this.read(this.journals.values())
  }

  private async journal(name: string): Promise<Journal<AnnotationRecord>> {
    const known = this.journals.get(name)
    if (known) return known
    const opened = await Journal.open(path.join(this.folder, name), annotationRecordSchema, {
      onMessage: this.onMessage,
      onRewritten: () => (this.wasRewritten = true),
    })
    this.journals.set(name, opened)
    return opened
  }

  private async read(journals: Iterable<Journal<AnnotationRecord>>): Promise<boolean> {
    let records = 0
    for (const journal of journals) records += await this.fold(journal)
    if (!this.wasRewritten) return records > 0
    this.folds.clear()
    for (const journal of this.journals.values()) {
      journal.rewind()
      await this.fold(journal)
    }
    this.wasRewritten = false
    return true
  }

  /** How many records are new. */
  private async fold(journal: Journal<AnnotationRecord>): Promise<number> {
    let records = 0
    for await (const record of journal.refresh()) {
      records++
      const fold = this.folds.get(record.annotator) ?? new AnnotationFold()
      this.folds.set(record.annotator, fold)
      fold.add(record)
    }
    return records
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

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith(SUFFIX)).sort()
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new FailureError(toFailure(thrown, folder), { cause: thrown })
  }
}
