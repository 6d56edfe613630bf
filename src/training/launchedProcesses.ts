// Hyper-parameters that a person gave, with what a file that they name decides.
import { readFileSync, statSync } from 'node:fs'
import { launchedProcesses } from '../core/training/accelerateConfig'

/** More is no file of accelerate. */
const LARGEST = 1e6

/**
 * The number of processes follows from the accelerate configuration file unless it was given too.
 * @param given by key, as a person types them.
 */
export function withLaunchedProcesses(
  given: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const { accelerateConfig, processes = '1' } = given
  // With one process the runner leaves the number to the file.
  if (accelerateConfig === undefined || Number(processes) !== 1) return given
  const count = launchedProcesses(accelerateText(accelerateConfig))
  return count === null ? given : { ...given, processes: String(count) }
}

/**
 * The text of an accelerate configuration file; empty where there is none: that of a job may be on
 * the cluster alone.
 */
export function accelerateText(file: string): string {
  try {
    const found = statSync(file)
    return found.isFile() && found.size <= LARGEST ? readFileSync(file, 'utf8') : ''
  } catch {
    return ''
  }
}
