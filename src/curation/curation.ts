// One opened curation: its file, prompts and journals joined. What is done with it are functions in
// files of their own.
import path from 'node:path'
import type { CurationFile } from '../core/formats/curationFile'
import { describeLeftOut } from '../core/formats/promptReportText'
import type { Prompt } from '../shared/domain'
import { linkedFile, readCurationFile } from '../store/curationFileStore'
import { CURATION_SUFFIX, type CurationPaths, curationPaths } from '../store/curationPaths'
import { CurationStore } from '../store/curationStore'
import { loadPrompts } from '../store/promptFile'
import type { StoreChange } from '../store/storeChange'
import { DataSet } from './dataSet'
import { Round, ROUND_NUMBERS } from './round'

export interface OpenOptions {
  annotator: string
  /**
   * Messages that stop nothing: a torn line was set aside, rows of the prompts were left out.
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
  /** Place in the prompts file, by id. */
  private readonly places: ReadonlyMap<string, number>

  private constructor(
    readonly paths: CurationPaths,
    readonly settings: CurationFile,
    readonly prompts: readonly Prompt[],
    /** Of each prompt: its 1-based line, or row of a table, in the prompts file. */
    readonly lines: readonly number[],
    readonly store: CurationStore,
    private readonly options: OpenOptions,
  ) {
    this.places = new Map(prompts.map(({ id }, place) => [id, place]))
    const [first, ...others] = ROUND_NUMBERS
    const round = (number: number): Round => new Round(number, this)
    this.rounds = [round(first), ...others.map(round)]
    this.dataSet = new DataSet(this)
  }

  /** @throws FailureError for an invalid curation file, missing or broken prompts. */
  static async open(file: string, options: OpenOptions): Promise<Curation> {
    const settings = await readCurationFile(file)
    const paths = curationPaths(await linkedFile(file), settings)
    const { prompts, lines, report } = await loadPrompts(paths.prompts, settings)
    for (const sentence of describeLeftOut(report))
      options.onMessage(`${paths.prompts}: ${sentence}`)
    const store = await CurationStore.open(paths, options)
    return new Curation(paths, settings, prompts, lines, store, options)
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

  /** Undefined for a prompt that the prompts file does not hold. */
  prompt(id: string): Prompt | undefined {
    return this.prompts[this.placeOf(id)]
  }

  /** 0-based place in the prompts file; -1 for an unknown prompt. */
  placeOf(promptId: string): number {
    return this.places.get(promptId) ?? -1
  }

  /** See {@link CurationStore.onChange}. */
  onChange(listener: (change: StoreChange) => void): () => void {
    return this.store.onChange(listener)
  }
}
