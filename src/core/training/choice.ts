// What a user chose in the form before a training run.
import type { TrainingFormAction } from '../../shared/trainingForm'
import { hyperparameterDescriptions } from './hyperparameters'
import { METHOD_IDS, type MethodId } from './methods/table'
import { PRESETS } from './presets'

export interface TrainingChoice {
  /** A folder in Hugging Face format, a hub id, or `builtin:NAME`. */
  model: string
  method: MethodId
  /** The hyper-parameters that the user set, as typed. */
  changed: Readonly<Record<string, string>>
}

type Change = Extract<TrainingFormAction, { do: 'model' | 'method' | 'preset' | 'set' }>

/** The choice after a change; what names no method or preset changes nothing. */
export function withChange(choice: TrainingChoice, change: Change): TrainingChoice {
  switch (change.do) {
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

/** The command that starts the same run in a terminal. */
export function trainCommand(file: string, { model, method, changed }: TrainingChoice): string {
  const settings = Object.entries(changed).flatMap(([key, value]) => ['--set', `${key}=${value}`])
  const words = [...COMMAND, file, '--model', model, '--method', method, ...settings]
  return words.map(quoted).join(' ')
}

/** As shells and PowerShell read it back, where it needs quotes. */
const quoted = (text: string): string => (/^[\w./:=@+-]+$/.test(text) ? text : `"${text}"`)
