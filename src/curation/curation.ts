// One opened curation: its file, prompts and journals joined. What is done with it are functions in
// files of their own.
import { existsSync } from 'node:fs'
import path from 'node:path'
import type { CurationFile } from '../core/formats/curationFile'
import { describeLeftOut, describeReading } from '../core/formats/promptReportText'
import type { Prompt } from '../shared/domain'
import { linkedFile, readCurationFile } from '../store/curationFileStore'
import { CURATION_SUFFIX, type CurationPaths, curationPaths } from '../store/curationPaths'
import { CurationStore } from '../store/curationStore'
import { readKeptPrompts } from '../store/keptPrompts'
import { loadPrompts } from '../store/promptFile'
import type { StoreChange } from '../store/storeChange'
import { DataSet } from './dataSet'
import { type FoundPrompts, foundPrompts, type PromptsRead } from './foundPrompts'
import { Round, ROUND_NUMBERS } from './round'

export interface OpenOptions {
  annotator: string
  /**
   * Messages that stop nothing: how the prompts were read (before there is a data folder, where the
   * curation file does not say), rows that were left out, a torn line that was set aside.
   */
  onMessage: (message: string) => void
  now: () => Date
}

/** `helpful` for `…/helpful.aepo.json`. */
export const curationName = (file: string): string => path.basename(file, CURATION_SUFFIX)

export class Curation {
  /** All rounds, the first one first. */
  readonly rounds: readonly [Round, ...Round[]]
  readonly dataSet: DataSet

  private constructor(
    readonly paths: CurationPaths,
    readonly settings: CurationFile,
    private readonly found: FoundPrompts,
    readonly store: CurationStore,
    private readonly options: OpenOptions,
  ) {
    const [first, ...others] = ROUND_NUMBERS
    const round = (number: number): Round => new Round(number, this)
    this.rounds = [round(first), ...others.map(round)]
    this.dataSet = new DataSet(this)
  }

  /** @throws FailureError for an invalid curation file, missing or broken prompts. */
  static async open(file: string, options: OpenOptions): Promise<Curation> {
    const settings = await readCurationFile(file)
    const paths = curationPaths(await linkedFile(file), settings)
    const loaded = await loadPrompts(paths.prompts, settings)
    const isGuessed = settings.fields.prompt === undefined && loaded.report.promptFields.length > 0
    const isFirstOpening = !existsSync(paths.folder)
    for (const sentence of [
      ...(isGuessed && isFirstOpening
        ? [describeReading(loaded.format, loaded.report).join(' ')]
        : []),
      ...describeLeftOut(loaded.report),
    ])
      options.onMessage(`${paths.prompts}: ${sentence}`)
    const kept = await readKeptPrompts(paths.kept, options.onMessage)
    const store = await CurationStore.open(paths, options)
    return new Curation(paths, settings, foundPrompts(loaded, kept), store, options)
  }

  /** The current round: candidates are sampled, selected and shown in it. */
  get round(): Round {
    return this.rounds.at(-1) ?? this.rounds[0]
  }

  get annotator(): string {
    return this.options.annotator
  }

  now(): Date {
    return this.options.now()
  }

  /** How the file of prompts was read, and which of its rows were left out. */
  get reading(): PromptsRead {
    return this.found.reading
  }

  /** In file order. */
  get prompts(): readonly Prompt[] {
    return this.found.prompts
  }

  /** The 1-based line, or row of a table, of each prompt in the prompts file. */
  get lines(): readonly number[] {
    return this.found.lines
  }

  /**
   * Undefined for a prompt that the prompts file does not hold. A prompt that keeps the records of
   * an earlier one is found by both ids.
   */
  prompt(id: string): Prompt | undefined {
    return this.prompts[this.placeOf(id)]
  }

  /** 0-based place in the prompts file; -1 for an unknown prompt. */
  placeOf(promptId: string): number {
    return this.found.places.get(promptId) ?? -1
  }

  /** See {@link CurationStore.onChange}. */
  onChange(listener: (change: StoreChange) => void): () => void {
    return this.store.onChange(listener)
  }
}
