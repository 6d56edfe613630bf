// Reads a curation's files as anyone could, every line against its schema: what the tests compare
// with what was done on screen.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, relative } from 'node:path'
import type { z } from 'zod'
import { type CurationFile, curationFileSchema } from '../../../src/core/formats/curationFile'
import { dpo, type DpoRow } from '../../../src/core/export/dpo'
import {
  type GenerationRecord,
  annotationRecordSchema,
  candidateSchema,
  generationRecordSchema,
  selectionSchema,
} from '../../../src/core/formats/records'
import { type Metric, metricSchema } from '../../../src/core/training/metrics'
import { type PairRow, pairRowSchema } from '../../../src/core/training/row'
import { type RunFile, runFileSchema } from '../../../src/core/training/runFile'
import type { AnnotationRecord, Candidate, Selection } from '../../../src/shared/domain'

export class CurationOnDisk {
  /** @param file `<name>.aepo.json` */
  constructor(readonly file: string) {}

  /** The data folder. */
  get folder(): string {
    return this.file.replace(/\.json$/, '')
  }

  settings(): CurationFile {
    return curationFileSchema.parse(JSON.parse(readFileSync(this.file, 'utf8')))
  }

  /** The journal of candidates: candidates, and the settings they name. */
  candidates(): { candidates: Candidate[]; generations: GenerationRecord[] } {
    const records = this.journal('candidates.jsonl', candidateSchema.or(generationRecordSchema))
    return {
      candidates: records.filter((record): record is Candidate => 'text' in record),
      generations: records.filter((record): record is GenerationRecord => 'kind' in record),
    }
  }

  selections(): Selection[] {
    return this.journal('selections.jsonl', selectionSchema)
  }

  annotations(annotator: string): AnnotationRecord[] {
    return this.journal(`annotations/${annotator}.jsonl`, annotationRecordSchema)
  }

  /** Candidate id → its embedding. */
  embeddings(): { model: string; vectors: Map<string, Float32Array> } {
    const [head, ...rows] = lines(this.inFolder('embeddings.index.jsonl')).map(
      (line) => JSON.parse(line) as { model?: string; dim?: number; candidateId?: string },
    )
    const { model = '', dim = 0 } = head ?? {}
    const bytes = readFileSync(this.inFolder('embeddings.f32'))
    if (bytes.length !== rows.length * dim * 4)
      throw new Error(`embeddings.f32 has ${bytes.length} bytes for ${rows.length} rows of ${dim}.`)
    const all = new Float32Array(
      bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length),
    )
    return {
      model,
      vectors: new Map(
        rows.map(({ candidateId = '' }, row) => [
          candidateId,
          all.subarray(row * dim, (row + 1) * dim),
        ]),
      ),
    }
  }

  /** The rows of the DPO data set. */
  rows(): DpoRow[] {
    return lines(join(this.file, '..', this.settings().output ?? '')).map((line) =>
      dpo.schema.parse(JSON.parse(line)),
    )
  }

  runIds(): string[] {
    return existsSync(this.inFolder('runs')) ? readdirSync(this.inFolder('runs')) : []
  }

  run(id: string): { file: RunFile; metrics: Metric[]; data: PairRow[]; files: string[] } {
    const folder = this.inFolder(`runs/${id}`)
    return {
      file: this.runFile(id),
      metrics: this.metrics(id),
      data: lines(join(folder, 'data.jsonl')).map((line) => pairRowSchema.parse(JSON.parse(line))),
      files: filesIn(folder),
    }
  }

  runFile(id: string): RunFile {
    const text = readFileSync(this.inFolder(`runs/${id}/run.json`), 'utf8')
    return runFileSchema.parse(JSON.parse(text))
  }

  /** What the runner recorded of a run. */
  metrics(id: string): Metric[] {
    return this.journal(`runs/${id}/metrics.jsonl`, metricSchema)
  }

  private journal<T>(name: string, schema: z.ZodType<T>): T[] {
    return lines(this.inFolder(name)).map((line) => schema.parse(JSON.parse(line)))
  }

  private inFolder(name: string): string {
    return join(this.folder, name)
  }
}

/** Paths of all files below a folder. */
export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort()
}

/** The lines of a file that must end with a line break. */
function lines(file: string): string[] {
  const text = readFileSync(file, 'utf8')
  if (text !== '' && !text.endsWith('\n')) throw new Error(`The last line of ${file} is cut off.`)
  return text.split('\n').slice(0, -1)
}
