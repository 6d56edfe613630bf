// Embedding of responses with all-MiniLM-L6-v2: the engine beside sentence-transformers on PyTorch
// and the pipeline of transformers.js.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { median, type Pair, print, rowOf, THE_GOAL } from './report'
import { responsesOf } from './support/data'
import { EMBEDDER, newEngine } from './support/engine'
import { peakMegabytes } from './support/memory'
import { optionsOf } from './support/options'
import { PeerProcess } from './support/peerProcess'

const options = optionsOf({
  texts: '5000',
  /** Texts per call of the pipeline. Its documentation passes a list; memory limits its length. */
  'pipeline-batch': '32',
})
/**
 * The limit of the model, for all three. It is the default of the engine and of the pipeline;
 * sentence-transformers would truncate at 256.
 */
const MAX_TOKENS = 512
const PER_PROMPT = 50
const count = options.number('texts')
const folder = mkdtempSync(path.join(os.tmpdir(), 'aepo-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
const [file, fromPeer] = [path.join(folder, 'texts.json'), path.join(folder, 'vectors.f32')]

/** The first responses to each of the prompts. */
const { pools, source } = responsesOf(options.data, Math.ceil(count / PER_PROMPT) + 5)
const texts = pools.flatMap((pool) => pool.slice(0, PER_PROMPT)).slice(0, count)
console.log(`${texts.length} ${source}, distributed over the ${options.runs} runs.`)

function readVectors(): Float32Array {
  const { buffer, byteOffset, byteLength } = readFileSync(fromPeer)
  return new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))
}

/** The mean cosine of corresponding rows; both hold unit vectors. */
function meanCosine(a: Float32Array, b: Float32Array, rows: number): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum / rows
}

const engine = newEngine()
const python = PeerProcess.python()
const pipeline = PeerProcess.node('bench/peers/transformersJs.mjs')
const encode = (): Promise<{ seconds: number }> =>
  python.ask({ command: 'encode', file, out: fromPeer, max_tokens: MAX_TOKENS })
const extract = (): Promise<{ seconds: number }> =>
  pipeline.ask({ command: 'embed', file, out: fromPeer, batch: options.number('pipeline-batch') })

/** Loads the models and embeds a few texts with each, before anything is timed. */
async function warmUp(): Promise<void> {
  writeFileSync(file, JSON.stringify(texts.slice(0, 64)))
  await engine.request('embed', { embedder: EMBEDDER, texts: texts.slice(0, 64) })
  await encode()
  await extract()
}

const besideSentenceTransformers: Pair[] = []
const besidePipeline: Pair[] = []
const agreement: { sentenceTransformers: number; pipeline: number }[] = []
await warmUp()
for (let run = 0; run < options.runs; run++) {
  // All runs together embed each text once on every side.
  const part = texts.slice(
    Math.round((run * texts.length) / options.runs),
    Math.round(((run + 1) * texts.length) / options.runs),
  )
  writeFileSync(file, JSON.stringify(part))
  const began = performance.now()
  const { vectors } = await engine.request('embed', { embedder: EMBEDDER, texts: part })
  const ours = part.length / ((performance.now() - began) / 1000)
  const first = part.length / (await encode()).seconds
  const withFirst = meanCosine(vectors, readVectors(), part.length)
  const second = part.length / (await extract()).seconds
  besideSentenceTransformers.push({ ours, peer: first })
  besidePipeline.push({ ours, peer: second })
  agreement.push({
    sentenceTransformers: withFirst,
    pipeline: meanCosine(vectors, readVectors(), part.length),
  })
  console.log(
    `run ${run + 1}: ours ${ours.toFixed(1)} texts/s, sentence-transformers ${first.toFixed(1)}, pipeline ${second.toFixed(1)}`,
  )
}
const oursMegabytes = peakMegabytes(engine.pid)
console.log(
  `Mean cosine with the pipeline's vectors: ${median(agreement.map(({ pipeline: cosine }) => cosine)).toFixed(4)}.`,
)
print(
  'embed',
  [
    rowOf(
      {
        name: `${texts.length} responses`,
        unit: 'texts/s',
        peerName: 'sentence-transformers',
        goal: 2,
        oursMegabytes,
        peerMegabytes: python.peakMegabytes,
      },
      besideSentenceTransformers,
      'more',
    ),
    rowOf(
      {
        name: `${texts.length} responses`,
        unit: 'texts/s',
        peerName: 'transformers.js pipeline',
        goal: 2,
        oursMegabytes,
        peerMegabytes: pipeline.peakMegabytes,
      },
      besidePipeline,
      'more',
    ),
    rowOf(
      {
        name: 'mean cosine with the vectors of sentence-transformers (fp32)',
        unit: '',
        peerName: THE_GOAL,
        goal: 1,
      },
      agreement.map(({ sentenceTransformers: ours }) => ({ ours, peer: 0.98 })),
      'more',
    ),
  ],
  options.json,
)
await Promise.all([engine.dispose(), python.end(), pipeline.end()])
process.exit(0)
