// Journals of candidates that are large enough for an index on disk, and the content of an index.
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Candidate } from '../../../../src/shared/domain'
import { CandidateIndex } from '../../../../src/store/candidateIndex'
import { CandidateJournal } from '../../../../src/store/candidateJournal'
import { ChangeCollector } from '../../../../src/store/storeChange'
import { candidate, GENERATION } from './samples'

const PROMPTS = ['p', 'q', 'r', 's']
/** Smaller journals have no index on disk. */
const LARGE_TEXT = 'x'.repeat(6000)

export const largeCandidate = (promptId: string, index: number): Candidate =>
  candidate(promptId, index, `${promptId} ${index} ${LARGE_TEXT}`)

export const lineOf = (record: unknown): string => `${JSON.stringify(record)}\n`

/** 60 candidates for each prompt, of which some texts are repeated: 1.4 MB. */
export function writeLargeJournal(file: string): void {
  const lines = PROMPTS.flatMap((promptId) =>
    Array.from({ length: 60 }, (_, index) =>
      lineOf(
        index % 20 === 0
          ? candidate(promptId, index, ` Repeated ${index}. ${LARGE_TEXT}\n`)
          : largeCandidate(promptId, index),
      ),
    ),
  )
  writeFileSync(file, lineOf(GENERATION) + lines.join(''))
}

export interface Opened {
  index: CandidateIndex
  journal: CandidateJournal
  messages: string[]
}

export async function openIndex(file: string, hash?: (text: string) => string): Promise<Opened> {
  const messages: string[] = []
  const index = new CandidateIndex(file, hash)
  const journal = await CandidateJournal.open(file, index, (message) => messages.push(message))
  const opened = { index, journal, messages }
  await refresh(opened)
  return opened
}

/** Takes in what was appended since; whether that changed anything. */
export async function refresh({ journal }: Pick<Opened, 'journal'>): Promise<boolean> {
  const change = new ChangeCollector(true)
  await journal.refresh(change, { names: () => false })
  return !change.isEmpty
}

/** Opens a journal and waits until its index is on disk. */
export async function openAndSave(file: string): Promise<Opened> {
  const opened = await openIndex(file)
  await opened.journal.save()
  return opened
}

export const contentOf = ({ index }: Opened): unknown => ({
  size: index.size,
  generations: [...index.allGenerations()],
  pools: PROMPTS.map((promptId) => ({
    pool: index.pool(promptId, 1),
    entries: index.entries(promptId, 1),
    size: index.poolSize(promptId, 1),
    cutOff: index.cutOff(promptId, 1),
    repeated: index.repeatedTexts(promptId, 1, 2),
  })),
})

/** What a reader without an index finds in the same journal. */
export async function contentWithoutIndex(
  file: string,
): Promise<{ content: unknown; messages: string[] }> {
  const folder = mkdtempSync(path.join(path.dirname(file), 'copy-'))
  try {
    const copy = path.join(folder, path.basename(file))
    copyFileSync(file, copy)
    const opened = await openIndex(copy)
    await opened.journal.save()
    return {
      content: contentOf(opened),
      messages: opened.messages.map((message) => message.replace(copy, file)),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}
