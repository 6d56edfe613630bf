// The training run that is being set up for a curation: the choice, and the form that shows it.
import { trainCommand, type TrainingChoice, withChange } from '../core/training/settings/choice'
import type { Curation } from '../curation/curation'
import type { TrainingForm } from '../shared/trainingForm'
import { requestOf, trainingForm } from '../training/form'
import type { EstimateFacts } from '../training/needs'
import type { RunRequest } from '../training/prepareRun'

/** A model by the name that the webview knows, which is no path of this machine. */
export interface KnownModel {
  id: string
  label: string
  /** A folder, a hub id, or `builtin:NAME`. */
  model: string
}

/** What the form needs to know beside the curation. */
export interface DraftFacts {
  /** Where relative paths begin: the folder in which a terminal of the workspace opens. */
  folder?: string
  /** What the estimates are made from; without it there are none. */
  factsOf?: (model: string) => EstimateFacts
  /** Ids of the runs that a run can continue from, the newest first. */
  previous?: () => readonly string[]
}

export class TrainingDraft {
  private choice: TrainingChoice
  private isPreparing = false
  private form: { curation: Curation; form: TrainingForm } | null = null

  /**
   * @param models at least one; the last one is chosen at first.
   * @param onChange called when {@link formOf} would answer differently.
   */
  constructor(
    private models: readonly KnownModel[],
    private readonly onChange: () => void,
    private readonly known: DraftFacts = {},
  ) {
    this.choice = { model: models.at(-1)?.model ?? '', method: 'dpo', changed: {} }
  }

  /** As the webview shows it. */
  formOf(curation: Curation): TrainingForm {
    if (this.form?.curation !== curation)
      this.form = {
        curation,
        form: trainingForm(curation, {
          choice: { ...this.choice, model: this.idOf(this.choice.model) },
          models: this.models.map(({ id, label }) => ({ id, label })),
          isPreparing: this.isPreparing,
          folder: this.known.folder,
          runs: this.known.previous?.() ?? [],
          ...(this.known.factsOf ? { facts: this.known.factsOf(this.choice.model) } : {}),
        }),
      }
    return this.form.form
  }

  /** @throws FailureError when there are too few rows for a run. */
  requestOf(curation: Curation): RunRequest {
    return requestOf(curation, this.choice, this.known.folder)
  }

  /** @param file of the curation, as the terminal of the workspace knows it. */
  commandOf(file: string): string {
    const { choice } = this
    return trainCommand(file, { ...choice, model: this.idOf(choice.model) })
  }

  /** As the user typed or chose it. */
  valueOf(key: string): string | undefined {
    return this.choice.changed[key]
  }

  get model(): string {
    return this.choice.model
  }

  /** @param rounds of the curation. */
  change(change: Parameters<typeof withChange>[1], rounds: readonly number[] = []): void {
    const model = change.do === 'model' ? this.modelNamed(change.model) : ''
    this.choice = withChange(
      this.choice,
      change.do === 'model' ? { ...change, model } : change,
      rounds,
    )
    this.forget()
  }

  /** Offers one more model, and chooses it. */
  offer(model: KnownModel): void {
    this.models = [...this.models.filter(({ id }) => id !== model.id), model]
    this.change({ do: 'model', model: model.id })
  }

  setPreparing(isPreparing: boolean): void {
    this.isPreparing = isPreparing
    this.forget()
  }

  /** The rows changed: the form is made anew. */
  forget(): void {
    this.form = null
    this.onChange()
  }

  private idOf(model: string): string {
    return this.models.find((known) => known.model === model)?.id ?? model
  }

  private modelNamed(id: string): string {
    return this.models.find((known) => known.id === id)?.model ?? this.choice.model
  }
}
