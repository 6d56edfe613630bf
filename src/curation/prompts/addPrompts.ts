// Appends prompts to the prompts file of a curation.
import type { PromptFields } from '../../core/rows/prompts'
import type { Prompt } from '../../shared/domain'
import { appendPrompts } from '../../store/appendPrompts'
import type { Curation } from '../curation'
import type { PromptsRead } from './foundPrompts'

export interface AddedPrompts {
  added: number
  /** Prompts that the curation has already, and repetitions. */
  duplicates: number
}

/**
 * Each prompt that the curation lacks becomes a row, with the fields that the curation reads.
 * @throws FailureError `bad-input` where the prompts file takes no rows, see
 *   {@link appendPrompts}; `disk-full`, `no-permission`.
 */
export async function addPrompts(
  curation: Curation,
  prompts: Iterable<Prompt>,
): Promise<AddedPrompts> {
  const { paths, settings, reading } = curation
  const fresh = new Map<string, Prompt>()
  let given = 0
  for (const prompt of prompts) {
    given++
    if (!curation.prompt(prompt.id)) fresh.set(prompt.id, prompt)
  }
  await appendPrompts({
    file: paths.prompts,
    reading: { fields: fieldsOf(settings.fields, reading), table: settings.table },
    prompts: [...fresh.values()],
  })
  return { added: fresh.size, duplicates: given - fresh.size }
}

/** The columns of a table are found by name: rows that are added need the same ones. */
function fieldsOf(named: PromptFields, { format, report }: PromptsRead): PromptFields {
  if (format.kind !== 'table') return named
  const [prompt] = report.promptFields
  const [system] = report.systemFields
  return {
    ...(prompt === undefined ? {} : { prompt }),
    ...(system === undefined ? {} : { system }),
    ...named,
  }
}
