// The journal of prompts and texts that were left out, and its index, kept in step.
import { leftOutRecordSchema } from '../core/formats/records'
import type { LeftOutPrompt, LeftOutRecord, LeftOutText } from '../shared/domain'
import type { LeftOuts } from './indexes'
import { Journal } from './journal'
import type { ChangeCollector } from './storeChange'

export class LeftOutJournal implements LeftOuts {
  private readonly promptRecords = new Map<string, LeftOutPrompt>()
  private readonly textRecords = new Map<string, LeftOutText>()
  private isRewritten = false

  private constructor(private readonly journal: Journal<LeftOutRecord>) {}

  /** Reads nothing yet. */
  static async open(file: string, onMessage: (message: string) => void): Promise<LeftOutJournal> {
    const opened: LeftOutJournal = new LeftOutJournal(
      await Journal.open(file, leftOutRecordSchema, {
        onMessage,
        onRewritten: () => opened.clear(),
      }),
    )
    return opened
  }

  prompts(round: number): readonly LeftOutPrompt[] {
    return [...this.promptRecords.values()].filter((record) => record.round === round)
  }

  prompt(
    wanted: Pick<LeftOutPrompt, 'promptId' | 'round' | 'generatorKey'>,
  ): LeftOutPrompt | undefined {
    return this.promptRecords.get(promptKey(wanted))
  }

  text(wanted: Pick<LeftOutText, 'candidateId' | 'embedder'>): LeftOutText | undefined {
    return this.textRecords.get(textKey(wanted))
  }

  /** Takes in what was appended since, by anyone. */
  async refresh(change: ChangeCollector): Promise<void> {
    await this.journal.visit((record) => {
      if (record.kind === 'prompt') this.promptRecords.set(promptKey(record), record)
      else this.textRecords.set(textKey(record), record)
      change.add('leftOut', record.promptId)
    })
    if (this.isRewritten) change.addAll('leftOut')
    this.isRewritten = false
  }

  /** They survive the end of the process, though not of the machine, when this resolves. */
  append(records: readonly LeftOutRecord[]): Promise<void> {
    return this.journal.append(records, { flush: false })
  }

  private clear(): void {
    this.promptRecords.clear()
    this.textRecords.clear()
    this.isRewritten = true
  }
}

const promptKey = ({
  promptId,
  round,
  generatorKey,
}: Pick<LeftOutPrompt, 'promptId' | 'round' | 'generatorKey'>): string =>
  `${promptId} ${round} ${generatorKey}`

const textKey = ({
  candidateId,
  embedder,
}: Pick<LeftOutText, 'candidateId' | 'embedder'>): string => `${candidateId} ${embedder}`
