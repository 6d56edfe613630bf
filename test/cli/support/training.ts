// Curations with judged responses, and the files that a run leaves.
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { type Metric, metricSchema } from '../../../src/core/training/metrics'
import { aepoJson, temporaryFolder, TINY_MODEL } from '../../support/command'
import { jsonLines } from '../../support/jsonLines'

/** Options of a quick run on the tiny model. */
export const TINY = ['--model', TINY_MODEL, '--set', 'maxLength=256', '--set', 'warmupRatio=0']

/** Longer than loading the libraries takes on a busy machine. */
export const LOADING_MS = 300_000

/** A folder with `a.aepo.json`: as many prompts, each with a better and a worse response. */
export async function judgedCuration(prompts: number): Promise<string> {
  const cwd = temporaryFolder()
  const rows = Array.from({ length: prompts }, (_, index) => {
    const prompt = `Question ${index}: name a colour and a number.`
    const chosen = `The colour is blue and the number is ${index}.`
    const responses = [
      { text: chosen, score: 1 },
      { text: `No idea, ask somebody else ${index}`, score: 0 },
    ]
    return { prompt, responses }
  })
  const lines = (values: readonly object[]): string =>
    values.map((value) => `${JSON.stringify(value)}\n`).join('')
  writeFileSync(path.join(cwd, 'p.jsonl'), lines(rows.map(({ prompt }) => ({ prompt }))))
  writeFileSync(path.join(cwd, 'c.jsonl'), lines(rows))
  await aepoJson(['init', 'a.aepo.json', '--prompts', 'p.jsonl', '--n', '2'], { cwd })
  await aepoJson(['import', 'a.aepo.json', '--candidates', 'c.jsonl'], { cwd })
  await aepoJson(['select', 'a.aepo.json'], { cwd })
  return cwd
}

/** @param first how many of the prompts are annotated; by default all. */
export async function annotate(cwd: string, first = Infinity): Promise<void> {
  const lines = readFileSync(path.join(cwd, 'c.jsonl'), 'utf8').trim().split('\n')
  const scores = path.join(cwd, 'scores.jsonl')
  writeFileSync(scores, `${lines.slice(0, first).join('\n')}\n`)
  const options = ['--replay', scores, '--annotator', 'judge']
  await aepoJson(['annotate', 'a.aepo.json', ...options], { cwd })
}

export const metricsOf = (run: string): Metric[] =>
  jsonLines(path.join(run, 'metrics.jsonl')).map((line) => metricSchema.parse(line))

/** Values of one figure, in the order of the file. */
export const valuesOf = (run: string, event: 'log' | 'eval', figure: string): number[] =>
  metricsOf(run).flatMap((metric) =>
    metric.event === event ? (metric.figures[figure] ?? NaN) : [],
  )

/** The largest absolute value of the tensors with this name in a safetensors file. */
export function largestWeight(file: string, name: string): number {
  let largest = 0
  for (const [tensor, values] of weightsOf(file))
    if (tensor.includes(name))
      for (const value of values) largest = Math.max(largest, Math.abs(value))
  return largest
}

/** The largest difference of the weights of two safetensors files with the same tensors. */
export function largestDifference(one: string, other: string): number {
  const [weights, others] = [weightsOf(one), weightsOf(other)]
  if ([...weights.keys()].join() !== [...others.keys()].join()) return Infinity
  let largest = 0
  for (const [tensor, values] of weights)
    values.forEach((value, at) => {
      largest = Math.max(largest, Math.abs(value - (others.get(tensor)?.[at] ?? Infinity)))
    })
  return largest
}

/** The tensors of a safetensors file of float32, by their names in order. */
function weightsOf(file: string): Map<string, Float32Array> {
  const bytes = readFileSync(file)
  const headerLength = Number(bytes.readBigUInt64LE(0))
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + headerLength)) as Record<
    string,
    { dtype: string; data_offsets: [number, number] }
  >
  const found = new Map<string, Float32Array>()
  for (const [tensor, { dtype, data_offsets }] of Object.entries(header).sort()) {
    if (tensor === '__metadata__') continue
    if (dtype !== 'F32') throw new Error(`${tensor} is ${dtype}`)
    const [start, end] = data_offsets.map((offset) => 8 + headerLength + offset) as [number, number]
    found.set(tensor, new Float32Array(Uint8Array.from(bytes.subarray(start, end)).buffer))
  }
  return found
}
