// The JSON Schemas of schemas/, made from the one definition of each format. `npm run schemas`
// writes them.
import { z } from 'zod'
import { EXPORT_FORMATS } from '../export/formats'
import { curationFileSchema } from './curationFile'
import { evaluationFileSchema } from './evaluationFile'
import { judgeRecordSchema } from './judgeRecords'
import {
  annotationRecordSchema,
  candidateSchema,
  generationRecordSchema,
  keptPromptSchema,
  leftOutRecordSchema,
  selectionSchema,
} from './records'
import { metricSchema } from '../training/metrics'
import { regressionSchema } from '../training/regression'
import { trainingRowSchema } from '../training/row'
import { runFileSchema } from '../training/runFile'

interface Format {
  title: string
  schema: z.ZodType
  /**
   * Whether people write it (defaults may be left out) or this project does (every key is there).
   */
  writtenBy: 'people' | 'project'
}

const FORMATS: Readonly<Record<string, Format>> = {
  curation: { title: 'Curation file *.aepo.json', schema: curationFileSchema, writtenBy: 'people' },
  candidate: {
    title: 'Line of candidates.jsonl: a candidate',
    schema: candidateSchema,
    writtenBy: 'project',
  },
  generation: {
    title: 'Line of candidates.jsonl: the settings that following candidates came from',
    schema: generationRecordSchema,
    writtenBy: 'project',
  },
  selection: { title: 'Line of selections.jsonl', schema: selectionSchema, writtenBy: 'project' },
  annotation: {
    title: 'Line of annotations/<annotator>.jsonl',
    schema: annotationRecordSchema,
    writtenBy: 'project',
  },
  judge: {
    title: 'Line of judges/<name>.jsonl: an answer or a score of a judge',
    schema: judgeRecordSchema,
    writtenBy: 'project',
  },
  kept: {
    title: 'Line of kept.jsonl: an edited prompt keeps the records of an earlier one',
    schema: keptPromptSchema,
    writtenBy: 'project',
  },
  'left-out': {
    title: 'Line of left-out.jsonl: a prompt or a text that was left out',
    schema: leftOutRecordSchema,
    writtenBy: 'project',
  },
  evaluation: {
    title: 'evaluations/<id>/evaluation.json',
    schema: evaluationFileSchema,
    writtenBy: 'project',
  },
  run: { title: 'runs/<id>/run.json', schema: runFileSchema, writtenBy: 'project' },
  metric: { title: 'Line of runs/<id>/metrics.jsonl', schema: metricSchema, writtenBy: 'project' },
  regression: {
    title: 'runs/<id>/regression.json: the model before and after a run',
    schema: regressionSchema,
    writtenBy: 'project',
  },
  'training-row': {
    title: 'Line of runs/<id>/data.jsonl',
    schema: trainingRowSchema,
    writtenBy: 'project',
  },
  ...Object.fromEntries(
    Object.values(EXPORT_FORMATS).map(({ id, label, schema }) => [
      `${id}-row`,
      { title: `Line of the ${label} data set`, schema, writtenBy: 'project' },
    ]),
  ),
}

/** File name → text, as it stands in schemas/. Draft 7, which VS Code knows best. */
export function jsonSchemaFiles(): Map<string, string> {
  return new Map(
    Object.entries(FORMATS).map(([name, { title, schema, writtenBy }]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, {
        target: 'draft-7',
        io: writtenBy === 'people' ? 'input' : 'output',
      })
      return [`${name}.schema.json`, `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`]
    }),
  )
}
