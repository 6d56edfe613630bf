// Texts that benches run on: real ones from the folder of --data where it is given, else made up
// with the lengths of real ones.
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

/** Prompts as messages: of `file` if named, else MT-Bench in `data`, else the sample's. */
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

/**
 * The distinct responses to each prompt: judged ones in `data`, else made-up ones, 57 to a prompt
 * as there.
 */
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
    pools: Array.from({ length: prompts }, () => madeUp(57, random)),
    source: 'made-up texts with the lengths of judged responses',
  }
}

/** Characters of judged responses (AlpacaEval 2, 57 models): quantiles from 0 to 1 in tenths. */
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

/** Texts on one topic: half of their words come from a vocabulary that they share. */
function madeUp(count: number, random: () => number): string[] {
  const word = (): string =>
    Array.from(
      { length: 1 + Math.floor(random() * 3) },
      () => SYLLABLES[Math.floor(random() * SYLLABLES.length)],
    ).join('')
  const topic = Array.from({ length: 40 }, word)
  return Array.from({ length: count }, () => {
    const place = random() * (LENGTHS.length - 1)
    const [low = 0, high = 0] = LENGTHS.slice(Math.floor(place), Math.floor(place) + 2)
    const length = low + (high - low) * (place % 1)
    let text = word()
    while (text.length < length)
      text += ` ${random() < 0.5 ? word() : (topic[Math.floor(random() * topic.length)] ?? '')}`
    return `${text}.`
  })
}

/** Uniform numbers in [0, 1) from a seed (the generator mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
