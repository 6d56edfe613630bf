// Guarantees of sampling, on the real models: the same candidates in any batch, correct
// log-probabilities, and correct ends.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { AutoTokenizer, type PreTrainedTokenizer } from '@huggingface/transformers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Generator } from '../../src/engine/generation/generator'
import { toFailure } from '../../src/shared/errors'
import { loadGenerator, request, sampled, SMOL, TINY, wanted } from './support/models'
import { teacherForcedLogprob } from './support/teacherForcing'

const PROMPTS = [
  'Hi',
  'Name three rivers.',
  'Write a haiku about the sea.',
  `Summarise: ${'the quick brown fox jumps over the lazy dog. '.repeat(20)}`,
  'ü🙂',
  'Why?',
]

describe.each(['model_q4.onnx', 'model_integer_q4.onnx'])(
  'the embedded model on the CPU: %s',
  (graph) => {
    let generator: Generator
    beforeAll(async () => {
      generator = await loadGenerator(SMOL, 1e9, `onnx/${graph}`)
    })
    afterAll(() => generator.dispose())

    it('samples the same text for a candidate alone, among 8 and among 128', async () => {
      const params = request('Tell me a joke.', wanted(128), { topP: 0.9, maxNewTokens: 5 })
      const all = await sampled(generator, params)
      expect(
        await sampled(generator, { ...params, candidates: params.candidates.slice(0, 8) }),
      ).toEqual(all.slice(0, 8))
      for (const index of [0, 5, 77, 127]) {
        expect(
          await sampled(generator, {
            ...params,
            candidates: params.candidates.slice(index, index + 1),
          }),
        ).toEqual([all[index]])
      }
      expect(new Set(all.map(({ text }) => text)).size).toBeGreaterThan(20)
    })

    it('samples the same candidates whatever other prompts run at the same time', async () => {
      const requests = PROMPTS.slice(0, 4).map((prompt, i) =>
        request(prompt, wanted(3, i), { maxNewTokens: 8 + 3 * i }),
      )
      const together = await Promise.all(requests.map((params) => sampled(generator, params)))
      for (const [i, params] of requests.entries())
        expect(await sampled(generator, params)).toEqual(together[i])
    })

    it('answers a simple question', async () => {
      const [answer] = await sampled(
        generator,
        request('What is the capital of France? Answer in one short sentence.', wanted(1), {
          temperature: 0,
          maxNewTokens: 24,
        }),
      )
      expect(answer?.text).toContain('Paris')
      expect(answer?.finishReason).toBe('stop')
    })
  },
)

describe('a model of any kind', () => {
  let generator: Generator
  let tokenizer: PreTrainedTokenizer
  beforeAll(async () => {
    generator = await loadGenerator(TINY)
    tokenizer = await AutoTokenizer.from_pretrained(TINY, { local_files_only: true })
  })
  afterAll(() => generator.dispose())

  it('samples the same candidates sequentially, concurrently, and with room for few rows', async () => {
    const requests = PROMPTS.map((prompt, i) =>
      request(prompt, wanted(9, i), {
        maxNewTokens: 150,
        temperature: 1.3,
        repetitionPenalty: i === 1 ? 1.2 : 1,
      }),
    )
    const alone = []
    for (const params of requests) alone.push(await sampled(generator, params))
    expect(await Promise.all(requests.map((params) => sampled(generator, params)))).toEqual(alone)
    const cramped = await loadGenerator(TINY, 1_000_000)
    expect(await Promise.all(requests.map((params) => sampled(cramped, params)))).toEqual(alone)
    await cramped.dispose()
  })

  it('ends at end tokens of a nested configuration', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-generator-'))
    for (const file of ['onnx', 'tokenizer.json', 'tokenizer_config.json'])
      symlinkSync(path.join(TINY, file), path.join(folder, file))
    const { eos_token_id: _, ...text_config } = JSON.parse(
      readFileSync(path.join(TINY, 'config.json'), 'utf8'),
    ) as Record<string, unknown>
    writeFileSync(
      path.join(folder, 'config.json'),
      JSON.stringify({
        ...text_config,
        eos_token_id: Array.from({ length: 309 }, (__, token) => token),
        text_config,
      }),
    )
    const model = await loadGenerator(folder)
    expect(
      (await sampled(model, request('Hi', wanted(5), { maxNewTokens: 9 }))).map(
        ({ tokenCount, finishReason }) => [tokenCount, finishReason],
      ),
    ).toEqual(new Array(5).fill([1, 'stop']))
    await model.dispose()
    rmSync(folder, { recursive: true })
  })

  it('ends at the end token or at maxNewTokens, and reports which', async () => {
    const candidates = await sampled(generator, request('Hi', wanted(60), { maxNewTokens: 200 }))
    const stopped = candidates.filter(({ finishReason }) => finishReason === 'stop')
    const cut = candidates.filter(({ finishReason }) => finishReason === 'length')
    expect(stopped.length).toBeGreaterThan(5)
    expect(cut.length).toBeGreaterThan(5)
    expect(cut.every(({ tokenCount }) => tokenCount === 200)).toBe(true)
    expect(stopped.every(({ tokenCount }) => tokenCount <= 200)).toBe(true)
    expect(candidates.some(({ text }) => /<\|im_(start|end)\|>/.test(text))).toBe(false)
  })

  // The embedded model rounds activations to 8 bits, so that another order of additions changes a
  // token's log-probability by some hundredths.
  it.each([
    ['in single precision', TINY, 'model_q4.onnx', 200, 3, 1e-4],
    ['with 8-bit activations', SMOL, 'model_q4.onnx', 2, 12, 0.1],
    ['with 8-bit products and cache', SMOL, 'model_integer_q4.onnx', 2, 12, 0.1],
  ] as const)(
    'records the log-probability of a teacher-forced pass: %s',
    async (_, folder, graph, count, maxNewTokens, tolerance) => {
      const model = folder === TINY ? generator : await loadGenerator(folder, 1e9, `onnx/${graph}`)
      const params = request('Count to five.', wanted(count), {
        temperature: 0.8,
        topP: 0.9,
        maxNewTokens,
      })
      let compared = 0
      for (const candidate of await sampled(model, params)) {
        const expected = await teacherForcedLogprob(folder, graph, params.messages, candidate)
        expect(candidate.logprob).toBeLessThan(0)
        // Several token sequences can have the same text. The tokenizer certainly yields the
        // sampled one if each token is a character.
        const characters = candidate.text.length + Number(candidate.finishReason === 'stop')
        if (expected === null || (folder === TINY && characters !== candidate.tokenCount)) continue
        compared++
        expect(Math.abs(candidate.logprob - expected)).toBeLessThan(
          tolerance * candidate.tokenCount,
        )
      }
      expect(compared).toBeGreaterThan(1)
      if (model !== generator) await model.dispose()
    },
  )

  it('reports seed and index with the candidate', async () => {
    const candidates = [
      { index: 7, seed: 123 },
      { index: 2, seed: 4_000_000_000 },
    ]
    expect(await sampled(generator, request('Hi', candidates, { maxNewTokens: 3 }))).toMatchObject([
      { index: 2, seed: 4_000_000_000 },
      { index: 7, seed: 123 },
    ])
  })

  it('ends at the end of the context', async () => {
    const prompt = 'a'.repeat(2048 - promptLength(tokenizer, '') - 5)
    const candidates = await sampled(generator, request(prompt, wanted(20), { maxNewTokens: 50 }))
    expect(
      new Set(
        candidates.map(({ finishReason, tokenCount }) =>
          finishReason === 'length' ? tokenCount : 5,
        ),
      ),
    ).toEqual(new Set([5]))
  })

  it('refuses a prompt that fills the context, with both numbers', async () => {
    const prompt = 'a'.repeat(2048 - promptLength(tokenizer, ''))
    const failure = await sampled(generator, request(prompt, wanted(1))).then(
      () => undefined,
      toFailure,
    )
    expect(failure).toMatchObject({
      code: 'context-overflow',
      message:
        "The prompt has 2048 tokens, and the model's context of 2048 leaves no room for a response.",
    })
  })

  it('cancels a request and continues with the others', async () => {
    const controller = new AbortController()
    const other = sampled(generator, request('Hi', wanted(2), { maxNewTokens: 40 }))
    let finished = 0
    const cancelled = generator.sample(
      request('Go on', wanted(500), { maxNewTokens: 1500 }),
      controller.signal,
      (progress) => {
        if (progress.kind === 'candidate' && ++finished === 3) controller.abort()
      },
    )
    expect(
      await cancelled.then(
        () => undefined,
        (thrown: unknown) => toFailure(thrown).code,
      ),
    ).toBe('cancelled')
    expect(finished).toBeLessThan(20)
    expect(await other).toEqual(
      await sampled(generator, request('Hi', wanted(2), { maxNewTokens: 40 })),
    )
  })
})

function promptLength(tokenizer: PreTrainedTokenizer, content: string): number {
  return tokenizer.apply_chat_template([{ role: 'user', content }], {
    add_generation_prompt: true,
    tokenize: true,
    return_tensor: false,
    return_dict: false,
  }).length
}
