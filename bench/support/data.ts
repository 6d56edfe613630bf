// Texts for benches: real ones from the folder --data if it is given, else generated ones with the
// lengths of real ones.
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import type { Message } from '../../src/shared/domain'

const JUDGED = 'alpaca_eval_judged.dev.jsonl.gz'
const MT_BENCH = 'mt_bench_prompts.jsonl'
const SAMPLE_PROMPTS = 'samples/prompts.jsonl'

const rowsOf = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)

/** Prompts as messages: of `file` if not empty, else of MT-Bench in `data`, else of the sample. */
export function promptsOf(data: string, file: string): { messages: Message[][]; source: string } {
  const real = path.join(data, MT_BENCH)
  const source = file !== '' ? file : data !== '' && existsSync(real) ? real : SAMPLE_PROMPTS
  const rows = rowsOf(readFileSync(source, 'utf8')) as { prompt: string | Message[] }[]
  return {
    messages: rows.map(({ prompt }) =>
      typeof prompt === 'string' ? [{ role: 'user', content: prompt }] : prompt,
    ),
    source: path.basename(source),
  }
}

/** Distinct responses to each prompt: judged ones in `data`, else 57 generated ones per prompt. */
export function responsesOf(data: string, prompts: number): { pools: string[][]; source: string } {
  const real = path.join(data, JUDGED)
  if (data !== '' && existsSync(real)) {
    const rows = rowsOf(gunzipSync(readFileSync(real)).toString('utf8')) as {
      responses: { text: string }[]
    }[]
    const pools = rows
      .slice(0, prompts)
      .map(({ responses }) => [
        ...new Set(responses.map(({ text }) => text).filter((text) => text.trim() !== '')),
      ])
    return { pools, source: `judged responses to ${pools.length} prompts` }
  }
  const random = randomOf(7)
  return {
    pools: Array.from({ length: prompts }, () => generated(57, random)),
    source: 'generated texts with the lengths of judged responses',
  }
}

/** Lengths of judged responses in characters (AlpacaEval 2, 57 models): deciles from 0 to 1. */
const LENGTHS = [1, 111, 254, 399, 566, 800, 1023, 1291, 1594, 2219, 12_000]
const SYLLABLES = [
  'ka',
  'lo',
  'mi',
  'ter',
  'an',
  'sho',
  'ven',
  'ri',
  'pal',
  'dor',
  'en',
  'sti',
  'qua',
  'bel',
  'nor',
  'ju',
]

/** Texts on one topic: half of their words come from a shared vocabulary. */
function generated(count: number, random: () => number): string[] {
  const word = (): string =>
    Array.from(
      { length: 1 + Math.floor(random() * 3) },
      () => SYLLABLES[Math.floor(random() * SYLLABLES.length)],
    ).join('')
  const topic = Array.from({ length: 40 }, word)
  return Array.from({ length: count }, () => {
    const quantile = random() * (LENGTHS.length - 1)
    const low = LENGTHS[Math.floor(quantile)]!
    const high = LENGTHS[Math.floor(quantile) + 1]!
    const length = low + (high - low) * (quantile % 1)
    let text = word()
    while (text.length < length)
      text += ` ${random() < 0.5 ? word() : topic[Math.floor(random() * topic.length)]!}`
    return `${text}.`
  })
}

/** A generator of uniform numbers in [0, 1) with a seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
