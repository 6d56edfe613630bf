// What the configuration file of accelerate says of a run before its start. The runner reads the
// whole file.

/** The value of a key: at the beginning of a line in YAML, in JSON also behind a brace or comma. */
export const settingIn = (key: string, text: string): string | undefined =>
  new RegExp(`(?:^|[{,])[ \\t]*["']?${key}["']?[ \\t]*:[ \\t]*["']?(\\w+)`, 'm').exec(text)?.[1]

/** Whether a setting says no; YAML reads an unquoted no as false. */
export const saysNo = (value: string): boolean => /^(?:no|false)$/i.test(value)

/**
 * How many processes accelerate starts by a configuration file.
 * @returns null where the file does not say it.
 */
export function launchedProcesses(text: string): number | null {
  // This kind starts one process whatever number the file has.
  if (saysNo(settingIn('distributed_type', text) ?? '')) return 1
  return countOf('num_processes', text)
}

/**
 * On how many hosts accelerate starts them.
 * @returns null where the file does not say it.
 */
export const launchedMachines = (text: string): number | null => countOf('num_machines', text)

function countOf(key: string, text: string): number | null {
  const count = Number(settingIn(key, text))
  return Number.isInteger(count) && count > 0 ? count : null
}
