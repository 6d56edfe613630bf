// Candidates whose texts are streamed while they are sampled.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { complete, perCandidate } from '../../src/engine/generation/growingText'
import type { EngineClient } from '../../src/processes/engineClient'
import type { SampledCandidate, SampleParams, TextSoFar } from '../../src/shared/engineProtocol'
import { toFailure } from '../../src/shared/errors'
import { startEngine } from './support/engineProcess'
import { request, wanted } from './support/models'

let engine: EngineClient
beforeEach(() => {
  engine = startEngine()
})
afterEach(() => engine.dispose())

interface Streamed {
  candidates: SampledCandidate[]
  texts: TextSoFar[]
}

async function stream(
  params: SampleParams,
  onText: (text: TextSoFar) => void = () => undefined,
  signal?: AbortSignal,
): Promise<Streamed> {
  const streamed: Streamed = { candidates: [], texts: [] }
  await engine.request('stream', params, {
    ...(signal ? { signal } : {}),
    onProgress: (progress) => {
      if (progress.kind === 'candidate') streamed.candidates.push(progress.candidate)
      if (progress.kind !== 'text') return
      streamed.texts.push(progress)
      onText(progress)
    },
  })
  return streamed
}

async function sample(params: SampleParams): Promise<SampledCandidate[]> {
  const candidates: SampledCandidate[] = []
  await engine.request('sample', params, {
    onProgress: (progress) => {
      if (progress.kind === 'candidate') candidates.push(progress.candidate)
    },
  })
  return candidates
}

const SMOL: SampleParams = {
  ...request('Name three colours.', wanted(1), { maxNewTokens: 24 }),
  generator: { model: 'builtin:SmolLM2-135M-Instruct', device: 'cpu' },
}

describe('streaming', () => {
  it('gives the candidates that sampling gives, and their texts as they grow', async () => {
    const { candidates, texts } = await stream(SMOL)
    expect(candidates).toEqual(await sample(SMOL))
    expect(texts.length).toBeGreaterThan(1)
    for (const [i, { text, tokens }] of texts.entries()) {
      expect(candidates[0]?.text.startsWith(text)).toBe(true)
      expect(tokens).toBeGreaterThan(texts[i - 1]?.tokens ?? 0)
    }
  })

  it('streams two models side by side', async () => {
    const other = request('Name three colours.', wanted(1), { maxNewTokens: 200 })
    const isGrowing = new Set<string>()
    const together = await Promise.all([
      stream(SMOL, () => isGrowing.add('one')),
      stream(other, () => isGrowing.add('other')),
    ])
    expect(isGrowing.size).toBe(2)
    expect(together.map(({ candidates }) => candidates[0])).toEqual([
      ...(await sample(SMOL)),
      ...(await sample(other)),
    ])
  })

  it('ends when it is cancelled, and the engine goes on', async () => {
    const controller = new AbortController()
    const endless = request('Go on', wanted(1), { maxNewTokens: 2000 })
    const failure = await stream(endless, () => controller.abort(), controller.signal).then(
      () => undefined,
      toFailure,
    )
    expect(failure?.code).toBe('cancelled')
    expect((await stream(SMOL)).candidates).toHaveLength(1)
  })
})

describe('a growing text', () => {
  it('is due at first, and then once per interval for each candidate', () => {
    let now = 0
    const isDue = perCandidate(() => now)
    expect([isDue(0), isDue(0), isDue(1)]).toEqual([true, false, true])
    now = 49
    expect(isDue(0)).toBe(false)
    now = 50
    expect([isDue(0), isDue(0)]).toEqual([true, false])
  })

  it('ends with a whole character', () => {
    expect(complete('tea \ufffd\ufffd')).toBe('tea ')
    expect(complete('a \ufffd b')).toBe('a \ufffd b')
  })
})
