// N responses to one prompt: this engine beside `generate` of transformers.js on a batch of N copies; same weights, settings and threads.
import { readFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { AutoModelForCausalLM, AutoTokenizer, type PreTrainedModel, type PreTrainedTokenizer, type Tensor } from '@huggingface/transformers'
import { EngineClient } from '../src/engine/client'
import type { Message } from '../src/shared/domain'
import { print, rowOf } from './report'

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    n: { type: 'string', default: '128' },
    'max-new-tokens': { type: 'string', default: '128' },
    runs: { type: 'string', default: '5' },
    /** JSONL with a field `prompt`; run i takes row i. */
    prompts: { type: 'string', default: 'samples/prompts.jsonl' },
  },
})
const root = process.cwd()
const n = Number(values.n)
const maxNewTokens = Number(values['max-new-tokens'])
const MODEL = path.join(root, 'models/SmolLM2-135M-Instruct')
const SAMPLING = { temperature: 1, topP: 0.9, topK: 0, minP: 0, repetitionPenalty: 1, maxNewTokens }
const generator = { model: 'builtin:SmolLM2-135M-Instruct', device: 'cpu' } as const

interface Measured {
  /** Tokens up to and with each end token, per second. */
  tokensPerSecond: number
  seconds: number
}

async function measure(work: () => Promise<number>): Promise<Measured> {
  const began = performance.now()
  const tokens = await work()
  const seconds = (performance.now() - began) / 1000
  return { tokensPerSecond: tokens / seconds, seconds }
}

function ours(engine: EngineClient, messages: Message[], run: number): Promise<Measured> {
  return measure(async () => {
    let tokens = 0
    const candidates = Array.from({ length: n }, (_, index) => ({ index, seed: run * n + index }))
    await engine.request('sample', { generator, messages, candidates, sampling: SAMPLING }, {
      onProgress: (progress) => {
        if (progress.kind === 'candidate') tokens += progress.candidate.tokenCount
      },
    })
    return tokens
  })
}

function peer(model: PreTrainedModel, tokenizer: PreTrainedTokenizer, messages: Message[]): Promise<Measured> {
  return measure(async () => {
    const text = tokenizer.apply_chat_template(messages, { add_generation_prompt: true, tokenize: false })
    const inputs = tokenizer(Array<string>(n).fill(text), { add_special_tokens: false }) as { input_ids: Tensor }
    const output = (await model.generate({ ...inputs, do_sample: true, temperature: 1, top_p: 0.9, top_k: 0, max_new_tokens: maxNewTokens })) as Tensor
    const promptLength = inputs.input_ids.dims[1] ?? 0
    const end = BigInt(tokenizer.eos_token_id)
    return (output.tolist() as bigint[][]).reduce((sum, row) => {
      const answer = row.slice(promptLength)
      const ended = answer.indexOf(end)
      return sum + (ended < 0 ? answer.length : ended + 1)
    }, 0)
  })
}

/** Greatest resident size so far; Linux. */
function peakMegabytes(pid: number | 'self'): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) / 1024
}

const prompts = readFileSync(values.prompts, 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { prompt: unknown }).prompt).filter((prompt) => typeof prompt === 'string')
const engine = new EngineClient({
  script: path.join(root, 'dist/engine.js'),
  config: { builtinModels: path.join(root, 'models'), cache: os.tmpdir(), hub: 'http://127.0.0.1:9', kvCacheBytes: 1.5e9, threads: 0 },
  onLog: () => undefined,
})
await engine.request('load', { ...generator, role: 'generator' })
const tokenizer = await AutoTokenizer.from_pretrained(MODEL, { local_files_only: true })
const model = await AutoModelForCausalLM.from_pretrained(MODEL, { dtype: 'q4', device: 'cpu', local_files_only: true })

const throughput = []
const latency = []
for (let run = 0; run < Number(values.runs); run++) {
  const messages: Message[] = [{ role: 'user', content: prompts[run % prompts.length] ?? 'Hello' }]
  // In turns, so that a machine that slows down slows both.
  const mine = await ours(engine, messages, run)
  const theirs = await peer(model, tokenizer, messages)
  throughput.push({ ours: mine.tokensPerSecond, peer: theirs.tokensPerSecond })
  latency.push({ ours: mine.seconds, peer: theirs.seconds })
  console.log(`run ${run + 1}: ours ${mine.tokensPerSecond.toFixed(1)} tokens/s in ${mine.seconds.toFixed(1)} s, transformers.js ${theirs.tokensPerSecond.toFixed(1)} in ${theirs.seconds.toFixed(1)} s`)
}
const memory = { oursMegabytes: engine.pid === undefined ? NaN : peakMegabytes(engine.pid), peerMegabytes: peakMegabytes('self') }
await engine.dispose()
print('sample', [
  rowOf({ name: `useful tokens per second, N=${n}`, unit: 'tokens/s', peerName: 'transformers.js generate', ...memory }, throughput, 'more'),
  rowOf({ name: `time to the last candidate, N=${n}`, unit: 's', peerName: 'transformers.js generate', ...memory }, latency, 'less'),
], values.json)
process.exit(0)
