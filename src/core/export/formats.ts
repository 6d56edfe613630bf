// The export formats. A new one is an entry here and a file beside this one.
import { dpo } from './dpo'
import type { ExportFormat } from './format'
import { kto } from './kto'

export const EXPORT_FORMATS = { dpo, kto } as const satisfies Record<string, ExportFormat>

export type ExportFormatId = keyof typeof EXPORT_FORMATS

export const EXPORT_FORMAT_IDS = Object.keys(EXPORT_FORMATS) as ExportFormatId[]

export const exportFormat = (id: ExportFormatId): ExportFormat => EXPORT_FORMATS[id]
