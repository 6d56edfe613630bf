// node-llama-cpp in its fastest configuration for many responses to one prompt: one sequence per
// response, all in one batch. Arguments: its folder, the GGUF file, the device, and the number of
// threads, which is that of the cores by default.
import { serve } from '../serve.mjs'
import { loadLlama } from './load.mjs'

const [folder, gguf, device, threads] = process.argv.slice(2)
/** Keys and values of a sequence are padded to this many tokens. */
const ALIGNMENT = 256
const BATCH = 2048

const gpu = device === 'cpu' ? false : device === 'vulkan' || device === 'cuda' ? device : 'auto'
const llama = await loadLlama(folder, gpu)
const threadCount = Number(threads ?? llama.cpuMathCores)
const model = await llama.loadModel({ modelPath: gguf })
let context
let contextFor = ''

async function contextOf(sequences, tokens) {
  const wanted = `${sequences} × ${tokens}`
  if (contextFor !== wanted) {
    await context?.dispose()
    context = await model.createContext({
      sequences,
      contextSize: tokens,
      batchSize: BATCH,
      flashAttention: true,
      threads: { ideal: threadCount, min: threadCount },
    })
    contextFor = wanted
  }
  return context
}

/** Applies the chat template of SmolLM2; the peer's chat wrappers only support dialogues. */
function promptTokens(messages) {
  const system = messages.some(({ role }) => role === 'system')
    ? []
    : [
        {
          role: 'system',
          content: 'You are a helpful AI assistant named SmolLM, trained by Hugging Face',
        },
      ]
  const text = [...system, ...messages]
    .map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`)
    .join('')
  return model.tokenize(`${text}<|im_start|>assistant\n`, true)
}

/** Number of sampled tokens, the end token included. */
async function respond(sequence, prompt, maxNewTokens, seed) {
  let tokens = 0
  await sequence.clearHistory()
  const options = {
    temperature: 1,
    topP: 0.9,
    topK: 0,
    minP: 0,
    seed,
    yieldEogToken: true,
    contextShift: { size: 1 },
  }
  for await (const token of sequence.evaluate(prompt, options)) {
    tokens++
    if (tokens >= maxNewTokens || model.isEogToken(token)) break
  }
  return tokens
}

async function sample({ messages, n, maxNewTokens, seed }) {
  const prompt = promptTokens(messages)
  const perSequence = Math.ceil((prompt.length + maxNewTokens + 1) / ALIGNMENT) * ALIGNMENT
  const { sequencesLeft } = await contextOf(n, perSequence)
  const sequences = Array.from({ length: sequencesLeft }, () => context.getSequence())
  try {
    const began = performance.now()
    const counts = await Promise.all(
      sequences.map((sequence, i) => respond(sequence, prompt, maxNewTokens, seed * n + i)),
    )
    return {
      seconds: (performance.now() - began) / 1000,
      tokens: counts.reduce((sum, count) => sum + count, 0),
      prompt: prompt.length,
    }
  } finally {
    for (const sequence of sequences) await sequence.dispose()
  }
}

/** One new token after each prompt. What the last prompt begins with in the same way is kept. */
async function prefill({ prompts }) {
  const all = prompts.map(promptTokens)
  const longest = Math.max(...all.map(({ length }) => length))
  await contextOf(1, Math.ceil((longest + 2) / ALIGNMENT) * ALIGNMENT)
  const sequence = context.getSequence()
  try {
    for (const tokens of all) {
      await sequence.adaptStateToTokens(tokens.slice(0, -1))
      const rest = tokens.slice(sequence.contextTokens.length)
      const answer = sequence.evaluate(rest, { temperature: 1, topP: 0.9, seed: 0 })
      await answer.next()
      await answer.return()
    }
    return { prompts: all.length }
  } finally {
    await sequence.dispose()
  }
}

await serve(({ command, ...given }) => ({ prefill, sample })[command](given))
