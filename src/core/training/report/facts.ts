// What a report of a training run is written from: the content of the run's folder.
import { z } from 'zod'
import type { Failure } from '../../../shared/errors'
import type { Inspection } from '../inspection'
import type { Regression } from '../regression'
import type { RunHistory } from '../history'
import type { RunFile } from '../runFile'
import type { RunState } from '../state'

/** `base.json`: the model that the run started from. */
export const baseSchema = z.object({
  revision: z.string().nullable().optional(),
  files: z
    .record(z.string(), z.object({ size: z.number(), sha256: z.string() }))
    .optional()
    .describe('Of a folder: its files by their names.'),
})
type BaseRecord = z.infer<typeof baseSchema>

/** `machine.json`: where the run ran, and with which versions. */
export const machineSchema = z.object({
  system: z.string(),
  python: z.string(),
  device: z.string(),
  processors: z.number().nullable().optional(),
  threads: z.number().optional(),
  processes: z.number().optional(),
  packages: z.record(z.string(), z.string()),
})
type MachineRecord = z.infer<typeof machineSchema>

/** Where the rows of a run come from. */
export interface DataFacts {
  rows: number
  prompts: number
  /** Most rows first. */
  sources: readonly { name: string; rows: number }[]
}

export interface ReportFacts {
  file: RunFile
  state: RunState
  history: RunHistory
  failure: Failure | null
  /** ISO 8601; null for a folder that something else named. */
  startedAt: string | null
  /** null where the run has none: it never got so far, or another release wrote it. */
  inspection: Inspection | null
  base: BaseRecord | null
  machine: MachineRecord | null
  data: DataFacts | null
  /** null where it was not measured. */
  regression: Regression | null
  /** The model as another machine can find it: `builtin:NAME`, a hub id, or the folder. */
  model: string
  /** The name of the curation file. */
  curation: string
  /** The pictures beside the document. */
  pictures: readonly { title: string; file: string }[]
}
