// The journals of the judges, one file each, kept in memory.
import path from 'node:path'
import { judgeRecordSchema } from '../core/formats/judgeRecords'
import type { JudgeRecord } from '../shared/judging'
import { annotationFileName, namesIn } from './annotationJournals'
import type { Judges } from './indexes'
import { Journal } from './journal'
import type { ChangeCollector } from './storeChange'

interface JudgeJournal {
  journal: Journal<JudgeRecord>
  records: JudgeRecord[]
  isRewritten: boolean
}

export class JudgeJournals implements Judges {
  private readonly journals = new Map<string, JudgeJournal>()

  constructor(
    private readonly folder: string,
    private readonly onMessage: (message: string) => void,
  ) {}

  get names(): string[] {
    return [...new Set(this.all().map(({ judge }) => judge))].sort()
  }

  records(judge: string): readonly JudgeRecord[] {
    return this.all().filter((record) => record.judge === judge)
  }

  /** The record survives the end of the process when this resolves. */
  async append(record: JudgeRecord, change: ChangeCollector): Promise<void> {
    const opened = await this.opened(annotationFileName(record.judge))
    try {
      await opened.journal.append([record], { flush: false })
    } finally {
      await this.read(opened, change)
    }
  }

  /** Takes in what was appended since, by anyone. */
  async refresh(change: ChangeCollector): Promise<void> {
    for (const name of await namesIn(this.folder)) await this.opened(name)
    for (const opened of this.journals.values()) await this.read(opened, change)
  }

  private all(): JudgeRecord[] {
    return [...this.journals.values()].flatMap(({ records }) => records)
  }

  private async opened(name: string): Promise<JudgeJournal> {
    const known = this.journals.get(name)
    if (known) return known
    const opened: JudgeJournal = {
      journal: await Journal.open(path.join(this.folder, name), judgeRecordSchema, {
        onMessage: this.onMessage,
        onRewritten: () => {
          opened.records = []
          opened.isRewritten = true
        },
      }),
      records: [],
      isRewritten: false,
    }
    this.journals.set(name, opened)
    return opened
  }

  private async read(opened: JudgeJournal, change: ChangeCollector): Promise<void> {
    await opened.journal.visit((record) => {
      opened.records.push(record)
      change.add('judges', record.promptId)
    })
    if (opened.isRewritten) change.addAll('judges')
    opened.isRewritten = false
  }
}
