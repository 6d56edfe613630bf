// What a user chose in the form before a training run.
import { quoted } from '../../shellWord'
import type { TrainingFormAction } from '../../../shared/trainingForm'
import { hyperparameterDescriptions } from './hyperparameters'
import { METHOD_IDS, type MethodId } from '../methods/table'
import { PRESETS } from './presets'

export interface TrainingChoice {
  /** A folder in Hugging Face format, a hub id, or `builtin:NAME`. */
  model: string
  method: MethodId
  /** The hyper-parameters that the user set, as typed. */
  changed: Readonly<Record<string, string>>
  /** The rounds whose labels are trained on, ascending; all without it. */
  rounds?: readonly number[] | undefined
  /** Whose preferences are trained on, as `--annotators` takes them; all but judges without it. */
  annotators?: string | undefined
}

type Change = Extract<TrainingFormAction, { do: 'model' | 'method' | 'preset' | 'round' | 'set' }>

/**
 * The choice after a change; what names no method or preset changes nothing, nor does taking the
 * last round away.
 * @param rounds of the curation.
 */
export function withChange(
  choice: TrainingChoice,
  change: Change,
  rounds: readonly number[] = [],
): TrainingChoice {
  switch (change.do) {
    case 'round': {
      const before = choice.rounds ?? rounds
      const chosen = rounds.filter((round) =>
        round === change.round ? change.isChosen : before.includes(round),
      )
      if (chosen.length === 0) return choice
      return { ...choice, rounds: chosen.length === rounds.length ? undefined : chosen }
    }
    case 'model':
      return { ...choice, model: change.model }
    case 'method': {
      const method = METHOD_IDS.find((id) => id === change.method) ?? choice.method
      return { ...choice, method, changed: knownTo(method, choice.changed) }
    }
    case 'preset': {
      const preset = PRESETS.find(({ id }) => id === change.preset)
      return preset ? { ...choice, changed: knownTo(choice.method, preset.values) } : choice
    }
    case 'set': {
      const { [change.key]: _, ...others } = choice.changed
      const changed = change.value === null ? others : { ...others, [change.key]: change.value }
      return { ...choice, changed }
    }
  }
}

const knownTo = (method: MethodId, changed: TrainingChoice['changed']): TrainingChoice['changed'] =>
  Object.fromEntries(
    Object.entries(changed).filter(([key]) => hyperparameterDescriptions(method).has(key)),
  )

const COMMAND = ['aepo', 'train']

/** The command that starts the same run in a terminal, as a POSIX shell and PowerShell read it. */
export const trainCommand = (file: string, choice: TrainingChoice): string =>
  parts(file, choice).join(' ')

/** The same with each option on a line of its own, as a POSIX shell reads it. */
export const trainCommandLines = (file: string, choice: TrainingChoice): string =>
  parts(file, choice).join(' \\\n    ')

/** The command with its file, then its options. */
function parts(
  file: string,
  { model, method, rounds, annotators, changed }: TrainingChoice,
): string[] {
  const options = [
    ['--model', model],
    ['--method', method],
    ...(rounds === undefined ? [] : [['--rounds', rounds.join(',')]]),
    ...(annotators === undefined ? [] : [['--annotators', annotators]]),
    ...Object.entries(changed).map(([key, value]) => ['--set', `${key}=${value}`]),
  ]
  return [[...COMMAND, file], ...options].map((words) => words.map(quoted).join(' '))
}
