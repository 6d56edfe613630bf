// The journal `kept.jsonl`: edited prompts that keep the labels of the prompts they were before.
// Invariant I6.
import { type KeptPrompt, keptPromptSchema } from '../core/formats/records'
import { Journal } from './journal'

/**
 * The id under which the journals know a prompt, by the hash of its messages now; the latest record
 * of a hash counts.
 */
export async function readKeptPrompts(
  file: string,
  onMessage: (message: string) => void,
): Promise<Map<string, string>> {
  const kept = new Map<string, string>()
  const journal = await Journal.open(file, keptPromptSchema, { onMessage })
  await journal.visit(({ promptId, keeps }) => void kept.set(promptId, keeps))
  return kept
}

/**
 * Resolves when the records are flushed to disk.
 * @throws FailureError `disk-full`, `no-permission`.
 */
export async function appendKeptPrompts(
  file: string,
  records: readonly KeptPrompt[],
): Promise<void> {
  const journal = await Journal.open(file, keptPromptSchema)
  await journal.append(records, { flush: true })
}
