// transformers.js as in its documentation: the feature-extraction pipeline, and `generate` on a
// batch of copies of a prompt.
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import {
  AutoModelForCausalLM,
  AutoTokenizer,
  env,
  LogLevel,
  pipeline,
} from '@huggingface/transformers'
import { serve } from './serve.mjs'

const MODELS = resolve('models')
const GENERATOR = 'SmolLM2-135M-Instruct'
env.allowRemoteModels = false
env.localModelPath = MODELS
env.logLevel = LogLevel.ERROR

let extractor
let generator

/** Each batch is padded to its longest text; texts are truncated to the tokenizer's 512 tokens. */
async function embed({ file, out, batch }) {
  extractor ??= await pipeline('feature-extraction', 'all-MiniLM-L6-v2', {
    dtype: 'q8',
    device: 'cpu',
  })
  const texts = JSON.parse(await readFile(file, 'utf8'))
  const began = performance.now()
  const parts = []
  for (let i = 0; i < texts.length; i += batch)
    parts.push(
      (await extractor(texts.slice(i, i + batch), { pooling: 'mean', normalize: true })).data,
    )
  const seconds = (performance.now() - began) / 1000
  await writeFile(
    out,
    Buffer.concat(
      parts.map(({ buffer, byteOffset, byteLength }) =>
        Buffer.from(buffer, byteOffset, byteLength),
      ),
    ),
  )
  return { seconds }
}

/**
 * Counts tokens up to and including each end token. `generate` computes all rows to the end of the
 * longest one.
 */
async function sample({ messages, n, maxNewTokens, device }) {
  generator ??= {
    tokenizer: await AutoTokenizer.from_pretrained(join(MODELS, GENERATOR), {
      local_files_only: true,
    }),
    model: await AutoModelForCausalLM.from_pretrained(join(MODELS, GENERATOR), {
      dtype: 'q4',
      device,
      local_files_only: true,
    }),
  }
  const { tokenizer, model } = generator
  const began = performance.now()
  const text = tokenizer.apply_chat_template(messages, {
    add_generation_prompt: true,
    tokenize: false,
  })
  const inputs = tokenizer(Array(n).fill(text), { add_special_tokens: false })
  const output = await model.generate({
    ...inputs,
    do_sample: true,
    temperature: 1,
    top_p: 0.9,
    top_k: 0,
    max_new_tokens: maxNewTokens,
  })
  const seconds = (performance.now() - began) / 1000
  const end = BigInt(tokenizer.eos_token_id)
  const lengths = output.tolist().map((row) => {
    const answer = row.slice(inputs.input_ids.dims[1])
    const ended = answer.indexOf(end)
    return ended < 0 ? answer.length : ended + 1
  })
  return { seconds, tokens: lengths.reduce((sum, length) => sum + length, 0) }
}

const COMMANDS = { embed, sample }
await serve(({ command, ...given }) => COMMANDS[command](given))
