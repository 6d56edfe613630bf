// The log-probability of a text under a model, by forward passes over increasing prefixes.
import path from 'node:path'
import { AutoTokenizer } from '@huggingface/transformers'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Message } from '../../../src/shared/domain'
import type { LocalCandidate } from './models'

/**
 * The log-probability of a candidate, its end token included if it stopped; null if tokenizing its
 * text does not yield the sampled number of tokens.
 */
export async function teacherForcedLogprob(
  folder: string,
  graph: string,
  messages: Message[],
  { text, finishReason, tokenCount }: LocalCandidate,
): Promise<number | null> {
  const tokenizer = await AutoTokenizer.from_pretrained(folder, { local_files_only: true })
  const prompt = tokenizer.apply_chat_template(messages, {
    add_generation_prompt: true,
    tokenize: false,
  })
  const end = finishReason === 'stop' ? tokenizer.eos_token : ''
  const idsOf = (given: string): BigInt64Array =>
    BigInt64Array.from(tokenizer.encode(given, { add_special_tokens: false }), BigInt)
  const ids = idsOf(prompt + text + end)
  const promptLength = idsOf(prompt).length
  if (ids.length !== promptLength + tokenCount || text.includes('\uFFFD')) return null
  const session = await InferenceSession.create(path.join(folder, 'onnx', graph))
  let sum = 0
  for (let length = ids.length - tokenCount; length < ids.length; length++) {
    const given = ids.slice(0, length)
    const feeds = {
      input_ids: new Tensor('int64', given, [1, length]),
      attention_mask: new Tensor(
        'int64',
        given.map(() => 1n),
        [1, length],
      ),
      ...emptyPast(session),
    }
    const { logits } = await session.run(feeds, ['logits'])
    const last = (logits?.data as Float32Array).slice(-(logits?.dims[2] ?? 0))
    const most = last.reduce((a, b) => Math.max(a, b))
    sum +=
      (last[Number(ids[length])] ?? NaN) -
      most -
      Math.log(last.reduce((total, logit) => total + Math.exp(logit - most), 0))
  }
  await session.release()
  return sum
}

function emptyPast({ inputMetadata }: InferenceSession): Record<string, Tensor> {
  const pasts = inputMetadata
    .filter((value) => value.isTensor)
    .filter(({ name }) => name.startsWith('past_key_values'))
  return Object.fromEntries(
    pasts.map(({ name, type, shape: [, heads, , dim] }) => {
      const dims = [1, Number(heads), 0, Number(dim)]
      return [
        name,
        type === 'int8'
          ? new Tensor(type, new Int8Array(0), dims)
          : new Tensor('float32', new Float32Array(0), dims),
      ]
    }),
  )
}
