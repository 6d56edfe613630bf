// Lines of a journal that are no records: each is reported once, and the next append copies them to
// `<file>.torn`.
import * as l10n from '@vscode/l10n'
import { open, readFile } from 'node:fs/promises'
import path from 'node:path'
import { z } from 'zod'
import { decodeUtf8 } from '../core/text/lines'
import { writeWhole } from './appendFile'

export const isBlank = (bytes: Buffer): boolean => decodeUtf8(bytes)?.trim() === ''

/** Line number, and the bytes of the line as latin1. */
export const brokenLineSchema = z.tuple([z.number().int(), z.string()])

/** More lines than this, of a journal in another format say, are reported in one message. */
const MAX_SINGLE_REPORTS = 10

export class BrokenLines {
  /** Lines that are not in `<file>.torn` yet: line number by latin1 of the bytes. */
  private readonly pending = new Map<string, number>()
  private readonly unreported: number[] = []
  private reportedTail = ''

  private constructor(
    private readonly file: string,
    private readonly onMessage: (message: string) => void,
    /** Lines that `<file>.torn` holds. */
    private readonly setAside: Set<string>,
  ) {}

  static async open(file: string, onMessage: (message: string) => void): Promise<BrokenLines> {
    const lines = await readFile(tornFile(file), 'latin1').then(
      (text) => text.split('\n'),
      () => [],
    )
    return new BrokenLines(file, onMessage, new Set(lines))
  }

  /**
   * A whole line.
   * @param raw latin1 of its bytes.
   */
  add(number: number, raw: string): void {
    if (this.setAside.has(raw) || this.pending.has(raw)) return
    this.pending.set(raw, number)
    this.unreported.push(number)
  }

  /** Reports the lines that were added for the first time: one by one, many of them together. */
  report(): void {
    const numbers = this.unreported.splice(0)
    const [first = 0] = numbers
    if (numbers.length > MAX_SINGLE_REPORTS)
      this.onMessage(
        l10n.t`${this.file}: ${numbers.length} lines, from line ${first} on, are not valid records and were ignored.`,
      )
    else
      for (const number of numbers)
        this.onMessage(
          l10n.t`${this.file}:${number}: this line is not a valid record and was ignored.`,
        )
  }

  /** The last line, which may still be being written. */
  reportTail(bytes: Buffer, number: number): void {
    const raw = bytes.toString('latin1')
    if (raw === this.reportedTail || isBlank(bytes)) return
    this.reportedTail = raw
    this.onMessage(l10n.t`${this.file}:${number}: the last line is incomplete and was ignored.`)
  }

  /** The last line when an append is about to end it. */
  addTail(bytes: Buffer): void {
    const raw = bytes.toString('latin1')
    if (!this.pending.has(raw)) this.pending.set(raw, 0)
  }

  /** Lines that are still to be set aside. */
  list(): z.infer<typeof brokenLineSchema>[] {
    return Array.from(this.pending, ([raw, number]) => [number, raw])
  }

  /** Copies the lines found since the last call to `<file>.torn`, flushed. */
  async copyAside(): Promise<void> {
    const lines = [...this.pending.keys()].filter((line) => !this.setAside.has(line))
    if (lines.length === 0) return
    const torn = tornFile(this.file)
    const handle = await open(torn, 'a')
    try {
      await writeWhole(handle, Buffer.from(lines.map((line) => `${line}\n`).join(''), 'latin1'))
      await handle.datasync()
    } finally {
      await handle.close()
    }
    for (const line of lines) this.setAside.add(line)
    this.pending.clear()
    const copy = path.basename(torn)
    this.onMessage(
      lines.length === 1
        ? l10n.t`${this.file}: a line that is not a valid record was set aside in ${copy}.`
        : l10n.t`${this.file}: ${lines.length} lines that are not valid records were set aside in ${copy}.`,
    )
  }
}

const tornFile = (file: string): string => `${file}.torn`
