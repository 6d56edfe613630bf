// The log-probability of a text under a model by plain forward passes of transformers.js over ever longer prefixes.
import { AutoModelForCausalLM, AutoTokenizer, Tensor } from '@huggingface/transformers'
import type { Message } from '../../../src/shared/domain'
import type { LocalCandidate } from './models'

/** Of a candidate whose text the tokenizer gives back the same tokens for; its end token is counted when it stopped. */
export async function teacherForcedLogprob(folder: string, messages: Message[], { text, finishReason, tokenCount }: LocalCandidate): Promise<number | null> {
  const tokenizer = await AutoTokenizer.from_pretrained(folder, { local_files_only: true })
  const prompt = tokenizer.apply_chat_template(messages, { add_generation_prompt: true, tokenize: false })
  const end = finishReason === 'stop' ? tokenizer.eos_token : ''
  const { input_ids: all } = tokenizer(prompt + text + end, { add_special_tokens: false }) as { input_ids: Tensor }
  const ids = all.data as BigInt64Array
  const promptLength = (tokenizer(prompt, { add_special_tokens: false }) as { input_ids: Tensor }).input_ids.dims[1] ?? 0
  if (ids.length !== promptLength + tokenCount || text.includes('\uFFFD')) return null
  const model = await AutoModelForCausalLM.from_pretrained(folder, { dtype: 'q4', local_files_only: true })
  let sum = 0
  for (let length = ids.length - tokenCount; length < ids.length; length++) {
    const given = ids.slice(0, length)
    const input = { input_ids: new Tensor('int64', given, [1, length]), attention_mask: new Tensor('int64', given.map(() => 1n), [1, length]) }
    const { logits } = (await model(input)) as { logits: Tensor }
    const last = (logits.data as Float32Array).slice(-(logits.dims[2] ?? 0))
    const most = last.reduce((a, b) => Math.max(a, b))
    sum += (last[Number(ids[length])] ?? NaN) - most - Math.log(last.reduce((total, logit) => total + Math.exp(logit - most), 0))
  }
  await model.dispose()
  return sum
}
