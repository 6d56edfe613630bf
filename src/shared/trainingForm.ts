// The form before a training run, as the editor shows it.

/** What a file that a value names says, or why it cannot be read. */
export interface FieldNote {
  text: string
  isProblem: boolean
}

/** A hyper-parameter as a control. Values are text, as `--set` takes them. */
export interface FormField {
  /** Its key in run.json. */
  key: string
  meaning: string
  /** `toggle`: true or false. `run`: an earlier run by its id, or none. `file`: its path. */
  kind: 'number' | 'toggle' | 'choice' | 'run' | 'file' | 'text'
  /** The values of a `choice` or a `run`. */
  choices: readonly string[]
  /** As the run would be started now. */
  value: string
  /** Whether the user set it. */
  isChanged: boolean
  note?: FieldNote
}

export interface FieldGroup {
  title: string
  /** Whether few people need it: it is folded. */
  isAdvanced: boolean
  fields: readonly FormField[]
}

interface MethodOffer {
  id: string
  label: string
  /** What it does, with title and arXiv number of its paper. */
  meaning: string
  /** What it would be trained on: "14 pairs". */
  rows: string
}

interface PresetOffer {
  id: string
  label: string
  meaning: string
}

export interface ModelOffer {
  /** As the choice names it: no path of this machine. */
  id: string
  label: string
}

/** Rows that a person should look at before a run. */
export interface TrainingRowFinding {
  message: string
  /** 0-based places of their prompts, the first ones. */
  positions: readonly number[]
}

export interface TrainingForm {
  models: readonly ModelOffer[]
  model: string
  methods: readonly MethodOffer[]
  method: string
  presets: readonly PresetOffer[]
  /** The rounds of the curation; none where it has one. */
  rounds: readonly { number: number; isChosen: boolean }[]
  /** The method's own group is the first one. */
  groups: readonly FieldGroup[]
  /** "14 pairs, 56 steps"; empty while a value is wrong. */
  plan: string
  /** One sentence about the values that are wrong, or null. */
  problem: string | null
  findings: readonly TrainingRowFinding[]
  /** Whether the run is being prepared: no second one is started. */
  isPreparing: boolean
}

/** What the user does with the form. */
export type TrainingFormAction =
  | { do: 'model'; model: string }
  | { do: 'method'; method: string }
  | { do: 'preset'; preset: string }
  /** Whether the labels of a round are trained on. */
  | { do: 'round'; round: number; isChosen: boolean }
  /** null: the default. */
  | { do: 'set'; key: string; value: string | null }
  /** Asks for the file that a value names. */
  | { do: 'chooseFile'; key: string }
  /** Asks for a folder or a hub id. */
  | { do: 'otherModel' }
  | { do: 'showRows' }
  | { do: 'copyCommand' }
  /** Asks for the kind and the file of a script. */
  | { do: 'writeJob' }
  | { do: 'start' }
  | { do: 'close' }
