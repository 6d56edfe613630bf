// A labelling command as a button with its key on it.
import type { TemplateResult } from 'lit'
import { KEYS, type SimpleCommand } from '../keys'
import { strings } from '../strings'
import { button, type ButtonOptions } from '../toolkit'
import type { Actions } from './actions'

export function command(
  name: SimpleCommand,
  actions: Actions,
  options: Partial<ButtonOptions> = {},
): TemplateResult {
  const { button: label, meaning } = strings.commands[name]
  const { shown, spoken } = KEYS[name]
  return button({
    label,
    key: shown,
    shortcut: spoken,
    tooltip: meaning,
    press: () => actions.perform({ do: name }),
    ...options,
  })
}
