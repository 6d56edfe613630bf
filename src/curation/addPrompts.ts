// Appends prompts to the prompts file of a curation.
import * as l10n from '@vscode/l10n'
import { promptRow } from '../core/formats/promptRow'
import type { Prompt } from '../shared/domain'
import { failureError } from '../shared/errors'
import { appendLines } from '../store/appendFile'
import type { Curation } from './curation'

export interface AddedPrompts {
  added: number
  /** Prompts that the curation has already, and repetitions. */
  duplicates: number
}

/** Endings of files that rows can be appended to. */
const LINES = /\.(jsonl|ndjson)$/i

/**
 * Each prompt that the curation lacks becomes a row, with the fields that the curation reads.
 * @throws FailureError `bad-input` where the prompts file is not JSON Lines; `disk-full`,
 *   `no-permission`.
 */
export async function addPrompts(
  curation: Curation,
  prompts: Iterable<Prompt>,
): Promise<AddedPrompts> {
  const { paths, settings } = curation
  if (!LINES.test(paths.prompts))
    throw failureError('bad-input', l10n.t('Prompts can be added to JSON Lines alone.'), {
      where: paths.prompts,
      remedy: l10n.t(
        'Convert the file by “Import Prompts…”, and name the new one under “prompts” in the curation file.',
      ),
    })
  const fresh = new Map<string, Prompt>()
  let given = 0
  for (const prompt of prompts) {
    given++
    if (!curation.prompt(prompt.id)) fresh.set(prompt.id, prompt)
  }
  const rows = [...fresh.values()].map(({ messages }) => promptRow(messages, settings.fields))
  await appendLines(
    paths.prompts,
    rows.map((row) => JSON.stringify(row)),
  )
  return { added: fresh.size, duplicates: given - fresh.size }
}
