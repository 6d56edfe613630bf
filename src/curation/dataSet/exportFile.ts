// The file that an export writes where none is named.
import path from 'node:path'
import { exportFormat } from '../../core/export/formats'
import type { CurationPaths } from '../../store/curationPaths'
import type { ExportRequest } from './exportRequest'

/**
 * The output file of the curation for its own rows; for others one beside it, whose name says what
 * it holds: the output file is replaced at the next annotation.
 */
export function exportFile(
  { output, folder }: CurationPaths,
  {
    format = 'dpo',
    cutOff = 'leave-out',
    flagged = 'keep',
    rounds,
    split,
    annotators,
  }: ExportRequest,
): string {
  const isOwn =
    cutOff === 'leave-out' &&
    flagged === 'keep' &&
    rounds === undefined &&
    split === undefined &&
    annotators === undefined
  if (format === 'dpo' && isOwn) return output
  const name = path.basename(folder, '.aepo')
  const some = rounds === undefined ? '' : `.round-${rounds.join('-')}`
  const part = split === undefined ? '' : `.${split.part}`
  const kept = cutOff === 'keep' ? '.with-cut-off' : ''
  const left = flagged === 'leave-out' ? '.without-flagged' : ''
  const by = annotators === undefined ? '' : `.by-${annotators.names.map(fileWord).join('-')}`
  return path.join(
    path.dirname(output),
    `${name}${some}${part}${kept}${left}${by}${exportFormat(format).ending}`,
  )
}

/** Characters that a file name may not hold everywhere, such as the colon of a judge. */
const fileWord = (name: string): string => name.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
