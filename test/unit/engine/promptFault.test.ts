// A prompt that the graph cannot compute ends its own job alone; a graph that computes nothing ends
// all.
import { describe, expect, it } from 'vitest'
import type { Prefilled } from '../../../src/engine/generation/kvCache'
import { attributed } from '../../../src/engine/generation/promptFault'
import { toFailure } from '../../../src/shared/errors'

const { signal } = new AbortController()
const computed: Prefilled = { length: 1, logits: new Float32Array(1) }

async function codeAfter(
  message: string,
  prefill: (tokens: readonly number[]) => Prefilled,
  prompt = [1, 2, 3],
): Promise<string> {
  const released: Prefilled[] = []
  const cache = {
    prefill: (tokens: readonly number[]) =>
      new Promise<Prefilled>((resolve) => {
        resolve(prefill(tokens))
      }),
    release: (one: Prefilled) => void released.push(one),
  }
  const failure = await attributed(new Error(message), cache, { prompt, signal, where: 'm' })
  expect(released.length).toBe(toFailure(failure).code === 'prompt-refused' ? 1 : 0)
  return toFailure(failure).code
}

describe('a fault while a prompt is computed', () => {
  const onlyShort = (tokens: readonly number[]): Prefilled => {
    if (tokens.length > 1) throw new Error('too long')
    return computed
  }
  const nothing = (): Prefilled => {
    throw new Error('device lost')
  }

  it.each(['indices element out of data bounds', 'std::bad_alloc: out of memory'])(
    'concerns the prompt where the graph computes a shorter one: %s',
    async (message) => {
      expect(await codeAfter(message, onlyShort)).toBe('prompt-refused')
    },
  )

  it('concerns the model where that computes nothing', async () => {
    expect(await codeAfter('device lost', nothing)).toBe('internal')
    expect(await codeAfter('out of memory', nothing)).toBe('out-of-memory')
    expect(await codeAfter('device lost', onlyShort, [1])).toBe('internal')
  })
})
