// What an export is to write.
import type { ExportFormatId } from '../../core/export/formats'
import type { RowChoice } from '../../core/export/rows'
import type { Replacing } from '../../store/dataSet'
import type { NamedAnnotators } from './comparisons'

/** Each default is that of the output file. */
export interface ExportRequest extends RowChoice, Replacing {
  /** By default that of `exportFile`. */
  file?: string
  /** By default DPO. */
  format?: ExportFormatId
  /** Whether prompts that any annotator flagged have rows; by default they do. */
  flagged?: FlaggedChoice
  /** Whose preferences make the rows; by default everyone's but the judges'. */
  annotators?: NamedAnnotators
}

export const FLAGGED_CHOICES = ['keep', 'leave-out'] as const
export type FlaggedChoice = (typeof FLAGGED_CHOICES)[number]
