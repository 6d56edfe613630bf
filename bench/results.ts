// Stores the results of benches in bench/results, and makes RESULTS.md and the chart from all of
// them.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { chartOf, type Result, withTables } from './figures'
import type { Row } from './report'
import { processorName } from './support/processor'

/** In the order of the chart. */
export const BENCHES = [
  'sample',
  'sample-short',
  'prefill',
  'embed',
  'select',
  'first-selection',
  'server',
  'open',
  'annotate',
  'paint',
] as const

/** Benches of the store alone, beside SQLite. */
const OF_STORE: readonly string[] = ['open', 'annotate']

const PYTHON_PEERS = ['aepo', 'sentence-transformers', 'torch', 'transformers']

export interface Places {
  results: string
  document: string
  chart: string
}

export const placesIn = (root: string): Places => ({
  results: path.join(root, 'bench/results'),
  document: path.join(root, 'bench/RESULTS.md'),
  chart: path.join(root, 'docs/pictures/bench.svg'),
})

export function readResults({ results }: Places): Result[] {
  const names = existsSync(results)
    ? readdirSync(results).filter((name) => name.endsWith('.json'))
    : []
  const order = (bench: string): number => (BENCHES as readonly string[]).indexOf(bench)
  return names
    .map((name) => JSON.parse(readFileSync(path.join(results, name), 'utf8')) as Result)
    .sort((a, b) => order(a.bench) - order(b.bench) || b.date.localeCompare(a.date))
}

/**
 * Stores the result of a bench, in the place of the one from the same kind of processor. Those of
 * other processors stay.
 * @param output of the bench; its last line is JSON.
 * @param given options of the command line.
 * @param node version that the bench ran on.
 */
export function keep(root: string, output: string, given: readonly string[], node: string): void {
  const { bench, rows } = JSON.parse(output.trim().split('\n').at(-1)!) as {
    bench: string
    rows: Row[]
  }
  const result: Result = {
    bench,
    rows,
    ...recorded(given),
    date: new Date().toISOString().slice(0, 10),
    machine: machine(node),
    versions: versions(root, bench),
  }
  const { results } = placesIn(root)
  mkdirSync(results, { recursive: true })
  const file = path.join(results, resultName(bench))
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`)
}

/** "sample.2-amd-epyc-zen-4.json". */
function resultName(bench: string): string {
  const words = `${os.cpus().length} ${processorName()}`.toLowerCase().match(/[a-z0-9]+/g) ?? []
  return `${bench}.${words.join('-')}.json`
}

/** The options to store: without paths; whether real data was given is stored apart. */
export function recorded(given: readonly string[]): Pick<Result, 'arguments' | 'realData'> {
  const isPath = (argument: string, i: number): boolean =>
    /^--(data|folder)(=|$)/.test(argument) || /^--(data|folder)$/.test(given[i - 1] ?? '')
  return {
    arguments: given.filter((argument, i) => argument !== '--json' && !isPath(argument, i)),
    realData: given.some((argument) => /^--data(=|$)/.test(argument)),
  }
}

/** Updates RESULTS.md and the chart from the stored results. */
export function draw(root: string): void {
  const places = placesIn(root)
  const results = readResults(places)
  writeFileSync(places.document, withTables(readFileSync(places.document, 'utf8'), results))
  mkdirSync(path.dirname(places.chart), { recursive: true })
  writeFileSync(places.chart, chartOf(results))
}

function machine(node: string): string {
  const cpus = os.cpus()
  const system = existsSync('/etc/os-release')
    ? /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
    : undefined
  return `${cpus.length} × ${processorName()}, ${(os.totalmem() / 2 ** 30).toFixed(0)} GB, ${system ?? `${os.type()} ${os.release()}`}, Node ${node}`
}

/** Versions of the compared programs, from the lock files. */
function versions(root: string, bench: string): Record<string, string> {
  if (OF_STORE.includes(bench)) return { SQLite: process.versions['sqlite'] ?? 'unknown' }
  const dependencies = (file: string): Record<string, string> =>
    (
      JSON.parse(readFileSync(path.join(root, file), 'utf8')) as {
        dependencies: Record<string, string>
      }
    ).dependencies
  if (bench === 'paint') return { lit: dependencies('package.json')['lit'] ?? '' }
  const { 'onnxruntime-node': runtime = '', '@huggingface/transformers': library = '' } =
    dependencies('package.json')
  const lock = readFileSync(path.join(root, 'bench/peers/python/requirements.lock'), 'utf8')
  const python = PYTHON_PEERS.map(
    (name) => [name, new RegExp(`^${name}==(\\S+)`, 'm').exec(lock)?.[1] ?? ''] as const,
  )
  return {
    'ONNX Runtime': runtime,
    'transformers.js': library,
    ...(bench.startsWith('sample') || bench === 'prefill'
      ? dependencies('bench/peers/node-llama-cpp/package.json')
      : {}),
    ...(bench === 'select' || bench === 'embed'
      ? Object.fromEntries(
          python.map(([name, version]) => [name === 'aepo' ? 'PyPI aepo' : name, version]),
        )
      : {}),
  }
}
