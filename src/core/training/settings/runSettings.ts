// What a run was asked to do, to be compared with other runs.
import type { RunSettings } from '../../../shared/runProtocol'
import type { RunFile } from '../runFile'

/** What the run is, then what every method has, then what its method has alone. */
export function runSettings(file: RunFile): RunSettings {
  const { method, model, round = null, rounds = null, annotators = null, common, own } = file
  const settings = { method, model, round, rounds, annotators, ...common, ...own }
  return Object.fromEntries(
    Object.entries(settings).map(([key, value]) => [key, value === null ? null : String(value)]),
  )
}
