// The configuration file of accelerate that a run names: its place, what it decides, what it says.
import * as l10n from '@vscode/l10n'
import { readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import { launchedProcesses } from '../core/training/job/accelerateConfig'
import { accelerateSummary } from '../core/training/job/accelerateSummary'
import { ACCELERATE_CONFIG, isAbsolutePlace } from '../core/training/settings/hyperparameters'
import { toFailure } from '../shared/errors'
import type { FieldNote } from '../shared/trainingForm'

/** More is no file of accelerate. */
const LARGEST = 1e6

type Given = Readonly<Record<string, string>>

/**
 * The hyper-parameters with what the accelerate configuration file decides: its place is absolute,
 * and the number of processes follows from it unless it was given too.
 * @param given by key, as a person types them.
 * @param folder where a relative path begins.
 */
export function withAccelerateFile(given: Given, folder: string): Given {
  const file = accelerateFile(given, folder)
  if (file === null) return given
  const placed = { ...given, [ACCELERATE_CONFIG]: file }
  // With one process the runner leaves the number to the file.
  if (Number(given['processes'] ?? '1') !== 1) return placed
  const read = readAccelerateFile(file)
  const count = 'text' in read ? launchedProcesses(read.text) : null
  return count === null ? placed : { ...placed, processes: String(count) }
}

/** What the accelerate configuration file says, or why it cannot be read; null without one. */
export function accelerateNote(given: Given, folder: string): FieldNote | null {
  const file = accelerateFile(given, folder)
  if (file === null) return null
  const read = readAccelerateFile(file)
  if ('problem' in read) return { text: read.problem, isProblem: true }
  const text = accelerateSummary(read.text)
  return text === null
    ? {
        text: l10n.t(
          'The file has no settings of accelerate: write it with accelerate config --config_file FILE.',
        ),
        isProblem: true,
      }
    : { text, isProblem: false }
}

function accelerateFile(given: Given, folder: string): string | null {
  const named = given[ACCELERATE_CONFIG] ?? ''
  if (named === '' || named === 'null') return null
  return isAbsolutePlace(named) ? named : path.resolve(folder, named)
}

/** @param file its absolute path. */
export function readAccelerateFile(file: string): { text: string } | { problem: string } {
  try {
    const found = statSync(file, { throwIfNoEntry: false })
    if (!found)
      return { problem: l10n.t('There is no such file here; a job looks for it on its cluster.') }
    if (!found.isFile()) return { problem: l10n.t('This is no file.') }
    if (found.size > LARGEST)
      return { problem: l10n.t('The file is too large for a configuration of accelerate.') }
    return { text: readFileSync(file, 'utf8') }
  } catch (thrown) {
    return { problem: l10n.t`The file cannot be read: ${toFailure(thrown).message}` }
  }
}
