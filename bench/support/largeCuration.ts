// A curation of any size, as if it had been generated: prompts, candidates, vectors, selections.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import path from 'node:path'
import {
  candidateId,
  generationId,
  promptId,
  selectionId,
  textHash,
} from '../../src/core/formats/ids'
import type { Candidate, Message, Selection } from '../../src/shared/domain'
import { randomOf } from './data'
import { clusteredVectors, DIM } from './pools'

const ROUND = 1
const EMBEDDER = 'builtin:all-MiniLM-L6-v2'
/** Characters of the shortest and the longest response. */
const LENGTHS = [40, 1300] as const
/** One response in so many is the same under many prompts. */
const REFUSAL_SHARE = 400
const REFUSAL = 'I am sorry, but I cannot help with that.'
const CORPUS_WORDS = 40_000
const SYLLABLES = ['ka', 'lo', 'mi', 'ter', 'an', 'sho', 'ven', 'ri', 'pal', 'dor', 'en', 'sti']

const GENERATION = {
  kind: 'generation',
  model: 'builtin:SmolLM2-135M-Instruct',
  device: 'cpu',
  variant: 'q4',
  sampling: {
    temperature: 1,
    topP: 0.9,
    topK: 0,
    minP: 0,
    repetitionPenalty: 1,
    maxNewTokens: 256,
    seed: 42,
  },
} as const
const GENERATION_ID = generationId(GENERATION)

const messagesOf = (number: number): Message[] => [
  { role: 'user', content: `Question ${number}: what should a person know about this?` },
]

/**
 * Makes the curation in `folder`, unless it is there.
 * @returns its file.
 */
export async function makeLargeCuration(
  folder: string,
  { prompts, n }: { prompts: number; n: number },
): Promise<string> {
  const file = path.join(folder, 'large.aepo.json')
  if (existsSync(file)) return file
  const data = path.join(folder, 'large.aepo')
  mkdirSync(data, { recursive: true })
  const numbers = Array.from({ length: prompts }, (_, number) => number)
  writeFileSync(
    path.join(folder, 'prompts.jsonl'),
    numbers.map((number) => `${JSON.stringify({ prompt: messagesOf(number) })}\n`).join(''),
  )
  const names = ['candidates.jsonl', 'selections.jsonl', 'embeddings.index.jsonl', 'embeddings.f32']
  const handles = await Promise.all(names.map((name) => open(path.join(data, name), 'w')))
  const [candidates, selections, index, vectors] = handles as [
    FileHandle,
    FileHandle,
    FileHandle,
    FileHandle,
  ]
  await candidates.write(`${JSON.stringify({ ...GENERATION, id: GENERATION_ID })}\n`)
  await index.write(`${JSON.stringify({ model: EMBEDDER, dim: DIM })}\n`)
  const textOf = texts()
  const block = Buffer.from(clusteredVectors(n, 1).buffer)
  for (const number of numbers) {
    const pool = poolOf(number, n, textOf)
    await candidates.write(linesOf(pool))
    await index.write(
      linesOf(pool.map(({ id, text }) => ({ candidateId: id, textHash: textHash(text) }))),
    )
    await vectors.write(block)
    await selections.write(linesOf([selectionFrom(pool)]))
  }
  for (const handle of handles) await handle.close()
  writeFileSync(
    file,
    JSON.stringify({
      version: 1,
      prompts: 'prompts.jsonl',
      sampling: { n },
      annotation: { budget: prompts },
    }),
  )
  return file
}

const linesOf = (records: readonly unknown[]): string =>
  records.map((record) => `${JSON.stringify(record)}\n`).join('')

/** Responses that differ, cut from one long text. */
function texts(): () => string {
  const random = randomOf(3)
  const word = (): string =>
    Array.from(
      { length: 1 + Math.floor(random() * 3) },
      () => SYLLABLES[Math.floor(random() * SYLLABLES.length)],
    ).join('')
  const corpus = Array.from({ length: CORPUS_WORDS }, word).join(' ')
  const [shortest, longest] = LENGTHS
  return () => {
    if (random() < 1 / REFUSAL_SHARE) return REFUSAL
    const length = shortest + Math.floor(random() ** 2 * (longest - shortest))
    const start = Math.floor(random() * (corpus.length - length))
    return `${Math.floor(random() * 1e9)} ${corpus.slice(start, start + length)}.`
  }
}

function poolOf(number: number, n: number, textOf: () => string): Candidate[] {
  const prompt = promptId(messagesOf(number))
  return Array.from({ length: n }, (_, index) => {
    const text = textOf()
    return {
      id: candidateId(prompt, ROUND, index),
      promptId: prompt,
      round: ROUND,
      index,
      text,
      seed: number * n + index,
      finishReason: 'stop',
      tokenCount: Math.ceil(text.length / 4),
      logprob: -text.length / 3,
      generationId: GENERATION_ID,
    }
  })
}

/** The first two candidates that differ. */
function selectionFrom(pool: readonly Candidate[]): Selection {
  const [first] = pool
  const second = pool.find(({ text }) => text !== first?.text)
  const chosen = [first, second].flatMap((candidate) => candidate ?? [])
  const content: Omit<Selection, 'id'> = {
    promptId: first?.promptId ?? '',
    round: ROUND,
    candidateIds: chosen.map(({ id }) => id),
    textHashes: chosen.map(({ text }) => textHash(text)),
    method: 'aepo',
    k: 2,
    lambda: 0.5,
    n: pool.length,
    objective: 0.4,
    representativeness: 0.8,
    redundancy: 0.8,
    exact: true,
    removed: [],
  }
  return { id: selectionId(content), ...content }
}
