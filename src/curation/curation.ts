// One opened curation: its file, prompts and journals joined. What is done with it are functions in
// files of their own.
import * as l10n from '@vscode/l10n'
import { existsSync } from 'node:fs'
import path from 'node:path'
import { oneOrSeveral } from '../core/counted'
import type { CurationFile } from '../core/formats/curationFile'
import { type RoundSettings, roundsOf } from '../core/rounds'
import { isGuessed } from '../core/rows/promptReport'
import { describeLeftOut, describeReading } from '../core/rows/promptReportText'
import type { Orphans } from '../shared/curationViews'
import type { Prompt } from '../shared/domain'
import { failureError } from '../shared/errors'
import { linkedFile, readCurationFile } from '../store/curationFileStore'
import { CURATION_SUFFIX, type CurationPaths, curationPaths } from '../store/curationPaths'
import { CurationStore } from '../store/curationStore'
import { readKeptPrompts } from '../store/keptPrompts'
import { loadPrompts } from '../store/promptFile'
import type { StoreChange } from '../store/storeChange'
import { Comparisons } from './dataSet/comparisons'
import { DataSet } from './dataSet/dataSet'
import { LearningCache } from './learning/learningCache'
import { type FoundPrompts, foundPrompts, placeOf, type PromptsRead } from './prompts/foundPrompts'
import { OrphanCount } from './prompts/orphans'
import { Round } from './round'

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

/** What the handles of one opened curation share. */
interface Opened {
  paths: CurationPaths
  found: FoundPrompts
  store: CurationStore
  options: OpenOptions
  rounds: readonly Round[]
  comparisons: Comparisons
  dataSet: DataSet
  orphans: OrphanCount
  learning: LearningCache
}

export class Curation {
  private constructor(
    private readonly opened: Opened,
    /** The round that is sampled, selected and shown: the last one, or that of {@link inRound}. */
    readonly round: Round,
  ) {}

  /** @throws FailureError for an invalid curation file, missing or broken prompts. */
  static async open(file: string, options: OpenOptions): Promise<Curation> {
    const settings = await readCurationFile(file)
    const paths = curationPaths(await linkedFile(file), settings)
    const loaded = await loadPrompts(paths.prompts, settings)
    const isFirstOpening = !existsSync(paths.folder)
    for (const sentence of [
      ...(isFirstOpening && isGuessed(loaded.report, settings.fields)
        ? [describeReading(loaded.format, loaded.report).join(' ')]
        : []),
      ...describeLeftOut(loaded.report),
    ])
      options.onMessage(`${paths.prompts}: ${sentence}`)
    const kept = await readKeptPrompts(paths.kept, options.onMessage)
    const store = await CurationStore.open(paths, options)
    return Curation.over({ settings, paths, found: foundPrompts(loaded, kept), store, options })
  }

  /**
   * A handle of pools and labels that are not those of a curation file: an evaluation.
   * @throws FailureError of the prompts and the journals.
   */
  static async openParts(
    { settings, paths }: { settings: CurationFile; paths: CurationPaths },
    options: OpenOptions,
  ): Promise<Curation> {
    const found = foundPrompts(await loadPrompts(paths.prompts, settings), new Map())
    const store = await CurationStore.open(paths, options)
    return Curation.over({ settings, paths, found, store, options, isWritten: false })
  }

  private static over({
    settings,
    isWritten = true,
    ...opened
  }: Omit<Opened, 'rounds' | 'comparisons' | 'dataSet' | 'orphans' | 'learning'> & {
    settings: CurationFile
    isWritten?: boolean
  }): Curation {
    const { paths, found, store } = opened
    const { prompts } = found
    const roundOf = (round: RoundSettings): Round => new Round(round, { prompts, store })
    const [one, ...more] = roundsOf(settings)
    const [first, later] = [roundOf(one), more.map(roundOf)]
    const rounds = [first, ...later]
    const prompt = (id: string): Prompt | undefined => prompts[placeOf(found, id)]
    const comparisons = new Comparisons({ prompts, prompt, rounds, store })
    const dataSet = new DataSet({ paths, prompts, store, comparisons, isWritten })
    const orphans = new OrphanCount({ prompt, rounds, store })
    const learning = new LearningCache()
    store.onChange(({ journals, promptIds }) => {
      if (journals.has('candidates') && promptIds === 'all') learning.forget()
    })
    const made = { rounds, comparisons, dataSet, orphans, learning }
    return new Curation({ ...opened, ...made }, later.at(-1) ?? first)
  }

  /**
   * The same curation with another round as the one that is sampled, selected and shown.
   * @throws FailureError `not-found` for a round that it does not have.
   */
  inRound(number: number): Curation {
    const round = this.rounds.find((one) => one.number === number)
    if (!round)
      throw failureError('not-found', l10n.t`There is no round ${number}.`, {
        where: this.paths.file,
        remedy: oneOrSeveral(
          this.rounds.length,
          l10n.t('The curation has one round.'),
          l10n.t`The curation has ${this.rounds.length} rounds.`,
        ),
      })
    return new Curation(this.opened, round)
  }

  get paths(): CurationPaths {
    return this.opened.paths
  }

  /** Those of the curation file, with the generator of the {@link round}. */
  get settings(): CurationFile {
    return this.round.settings
  }

  get store(): CurationStore {
    return this.opened.store
  }

  /** All rounds, the first one first. */
  get rounds(): readonly Round[] {
    return this.opened.rounds
  }

  get comparisons(): Comparisons {
    return this.opened.comparisons
  }

  get dataSet(): DataSet {
    return this.opened.dataSet
  }

  /** For selections by a rule that learns from labels. */
  get learning(): LearningCache {
    return this.opened.learning
  }

  /** Records of prompts that the file of prompts no longer holds; null where there are none. */
  get orphans(): Orphans | null {
    return this.opened.orphans.current()
  }

  get annotator(): string {
    return this.opened.options.annotator
  }

  now(): Date {
    return this.opened.options.now()
  }

  /** How the file of prompts was read, and which of its rows were left out. */
  get reading(): PromptsRead {
    return this.opened.found.reading
  }

  /** In file order. */
  get prompts(): readonly Prompt[] {
    return this.opened.found.prompts
  }

  /** The 1-based line, or row of a table, in the prompts file; 0 for an unknown prompt. */
  lineOf(promptId: string): number {
    return this.opened.found.lines[this.placeOf(promptId)] ?? 0
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
    return placeOf(this.opened.found, promptId)
  }

  /** See {@link CurationStore.onChange}. */
  onChange(listener: (change: StoreChange) => void): () => void {
    return this.store.onChange(listener)
  }
}
