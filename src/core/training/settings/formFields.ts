// Hyper-parameters as controls of a form, from the schema that checks them.
import * as l10n from '@vscode/l10n'
import { z } from 'zod'
import type { FieldGroup, FormField } from '../../../shared/trainingForm'
import { PREVIOUS } from '../methods/parameters'
import type { OwnHyperparameters } from '../methods/method'
import { type MethodId, methodOf } from '../methods/table'
import { ACCELERATE_CONFIG, commonSchema, type Hyperparameters } from './hyperparameters'

type CommonKey = keyof typeof commonSchema.shape

/** Common hyper-parameters that stand together; those that no group names are in the last one. */
const GROUPS: readonly { title: string; isAdvanced: boolean; keys: readonly CommonKey[] }[] = [
  {
    title: l10n.t('Steps'),
    isAdvanced: false,
    keys: ['learningRate', 'epochs', 'maxSteps', 'batchSize', 'gradientAccumulation'],
  },
  { title: l10n.t('Rows'), isAdvanced: false, keys: ['maxLength', 'heldOut', 'cutOff'] },
  {
    title: l10n.t('Adapter'),
    isAdvanced: true,
    keys: ['lora', 'loraRank', 'loraAlpha', 'loraDropout', 'loraTargets', 'quantization'],
  },
  {
    title: l10n.t('Optimiser'),
    isAdvanced: true,
    keys: ['optimizer', 'schedule', 'warmupRatio', 'gradientCheckpointing', 'seed'],
  },
  {
    title: l10n.t('Where it runs, and what it reports'),
    isAdvanced: true,
    keys: ['processes', 'sharding', 'accelerateConfig', 'reportTo', 'regression'],
  },
]
const OTHER = l10n.t('More')

const jsonSchema = z.object({
  type: z.string().optional(),
  enum: z.array(z.unknown()).optional(),
  anyOf: z.array(z.object({ type: z.string().optional() })).optional(),
})

/**
 * @param values as the run would be started now.
 * @param changed keys that the user set.
 * @param runs ids of the runs that a run can continue from, the newest first.
 */
export function fieldGroups(
  method: MethodId,
  { own, common }: Hyperparameters,
  changed: ReadonlySet<string>,
  runs: readonly string[] = [],
): FieldGroup[] {
  const values: OwnHyperparameters = { ...own, ...common }
  const fieldsOf = (shape: Readonly<Record<string, z.ZodType>>): FormField[] =>
    Object.entries(shape).map(([key, schema]) => ({
      key,
      meaning: schema.description ?? '',
      ...controlOf(key, schema, runs),
      value: String(values[key] ?? ''),
      isChanged: changed.has(key),
    }))
  const { label, own: ownSchema } = methodOf(method)
  const commonFields = fieldsOf(commonSchema.shape)
  const grouped = new Set<string>(GROUPS.flatMap(({ keys }) => keys))
  const groups: FieldGroup[] = [
    { title: label, isAdvanced: false, fields: fieldsOf(ownSchema.shape) },
    ...GROUPS.map(({ title, isAdvanced, keys }) => ({
      title,
      isAdvanced,
      fields: keys.flatMap((key) => commonFields.filter((field) => field.key === key)),
    })),
    {
      title: OTHER,
      isAdvanced: true,
      fields: commonFields.filter(({ key }) => !grouped.has(key)),
    },
  ]
  return groups.filter(({ fields }) => fields.length > 0)
}

function controlOf(
  key: string,
  schema: z.ZodType,
  runs: readonly string[],
): Pick<FormField, 'kind' | 'choices'> {
  if (key === PREVIOUS) return { kind: 'run', choices: runs }
  if (key === ACCELERATE_CONFIG) return { kind: 'file', choices: [] }
  const {
    type,
    enum: choices,
    anyOf = [],
  } = jsonSchema.parse(z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' }))
  if (choices) return { kind: 'choice', choices: choices.map(String) }
  if (type === 'boolean') return { kind: 'toggle', choices: [] }
  const isNumber = type === 'number' || type === 'integer'
  const isOptional = anyOf.some((one) => one.type === 'null')
  return { kind: isNumber && !isOptional ? 'number' : 'text', choices: [] }
}
