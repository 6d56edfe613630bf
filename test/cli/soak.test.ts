// A long generation: 500 pools of 32 candidates, with the engine killed on the way; the same
// result, and memory that stays flat.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { Candidate } from '../../src/shared/domain'
import { toFailure } from '../../src/shared/errors'
import { Curation } from '../../src/curation/curation'
import { generate } from '../../src/curation/generation/generate'
import type { EngineClient } from '../../src/processes/engineClient'
import { startEngine } from '../engine/support/engineProcess'
import { temporaryFolder, TINY_MODEL } from '../support/command'

const PROMPTS = 500
const N = 32
const TOTAL = PROMPTS * N
const MAX_NEW_TOKENS = 8
/** Shares of the work after which the engine is killed. */
const KILLS = [0.21, 0.5, 0.83].map((share) => Math.round(share * TOTAL))
/**
 * A heap's breathing feigns up to 500 either way over this many; the keys and values of one row are
 * 30,000.
 */
const MOST_BYTES_PER_CANDIDATE = 2048
/** A heap that has little room is collected often: without, its laziness looks like growth. */
const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=48 --max-semi-space-size=4' }

const engine = startEngine({}, { env: SMALL_HEAP })
afterAll(() => engine.dispose())

async function newCuration(): Promise<Curation> {
  const folder = temporaryFolder()
  const rows = Array.from(
    { length: PROMPTS },
    (_, i) => `${JSON.stringify({ prompt: `Say the number ${i}.` })}\n`,
  )
  writeFileSync(path.join(folder, 'prompts.jsonl'), rows.join(''))
  const settings = {
    version: 1,
    prompts: 'prompts.jsonl',
    generator: { model: TINY_MODEL, device: 'cpu' },
    sampling: { n: N, maxNewTokens: MAX_NEW_TOKENS },
  }
  const file = path.join(folder, 'soak.aepo.json')
  writeFileSync(file, JSON.stringify(settings))
  return Curation.open(file, {
    annotator: 'soak',
    onMessage: () => undefined,
    now: () => new Date(),
  })
}

const residentBytes = ({ pid }: EngineClient): number =>
  1024 * Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid ?? 0}/status`, 'utf8'))?.[1])

/**
 * Generates to the end of the curation or of the engine; calls `onCandidate` with how many there
 * are.
 */
const generateAll = (curation: Curation, onCandidate: (count: number) => void): Promise<string> =>
  generate(curation, engine, {
    signal: new AbortController().signal,
    select: false,
    onActivity: () => onCandidate(curation.store.candidates.size),
  }).then(
    () => 'done',
    (thrown: unknown) => toFailure(thrown).code,
  )

const candidatesOf = (curation: Curation): Candidate[] =>
  curation.prompts.flatMap(({ id }) => [...curation.round.pool(id)])

/** Least squares: how much `y` grows with `x`. */
function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (values: number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length
  const meanX = mean(points.map(([x]) => x))
  const meanY = mean(points.map(([, y]) => y))
  return (
    points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) /
    points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  )
}

it('ends as if nothing had happened after three kills, and holds its memory', async () => {
  const undisturbed = await newCuration()
  const memory: (readonly [number, number])[] = []
  const outcome = await generateAll(undisturbed, (count) => {
    if (count >= TOTAL / 4 && count % 100 === 0) memory.push([count, residentBytes(engine)])
  })
  expect(outcome).toBe('done')
  const growth = slope(memory)
  console.log(
    `The engine's memory grew by ${growth.toFixed(0)} bytes per candidate over the last ${TOTAL * 0.75} candidates.`,
  )
  expect(growth).toBeLessThan(MOST_BYTES_PER_CANDIDATE)

  const disturbed = await newCuration()
  for (const kill of KILLS) {
    const ended = await generateAll(disturbed, (count) => {
      if (count >= kill && engine.pid !== undefined) process.kill(engine.pid, 'SIGKILL')
    })
    expect(ended).toBe('engine-died')
    expect(disturbed.store.candidates.size).toBeLessThan(TOTAL)
  }
  expect(await generateAll(disturbed, () => undefined)).toBe('done')
  expect(candidatesOf(disturbed)).toEqual(candidatesOf(undisturbed))
  expect(candidatesOf(disturbed)).toHaveLength(TOTAL)
}, 300_000)
