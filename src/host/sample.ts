// The files of the sample that comes with the extension.
import { existsSync } from 'node:fs'
import { copyFile, mkdir } from 'node:fs/promises'
import path from 'node:path'

/** The curation with recorded candidates. */
export const FIRST_SAMPLE = 'first-labels.aepo.json'

/** In `samples/`. The packaged extension holds the same (`.vscodeignore`). */
export const SAMPLE_FILES = [
  'README.md',
  'GUIDELINES.md',
  'prompts.jsonl',
  'responses.jsonl',
  'helpful.aepo.json',
  FIRST_SAMPLE,
  'first-labels.aepo/candidates.jsonl',
  'first-labels.aepo/selections.jsonl',
]

/** A sample that was copied before stays as it is. */
export async function copySample(from: string, to: string): Promise<void> {
  if (existsSync(path.join(to, FIRST_SAMPLE))) return
  for (const file of SAMPLE_FILES) {
    const target = path.join(to, file)
    await mkdir(path.dirname(target), { recursive: true })
    await copyFile(path.join(from, file), target)
  }
}
