// Whether the learning curve of one's labels tells the truth: labels of public data are replayed,
// and what was forecast is compared with what came. The figures of
// docs/experiments/learning-curve.md.
import os from 'node:os'
import path from 'node:path'
import { EMBEDDED_EMBEDDER } from '../src/core/formats/modelSettings'
import { readJudgedPool } from '../src/simulation/judgedPool'
import { simulatedPool } from '../src/simulation/simulate'
import { replay, type ReplaySettings } from './learningCurve/replay'
import { HEADER, row } from './learningCurve/table'
import { newEngine } from './support/engine'
import { optionsOf } from './support/options'

const CACHE = path.join(os.homedir(), '.cache/aepo-curation/simulation')
const CASES: readonly (ReplaySettings & { file: string })[] = [
  { file: 'alpaca_eval_judged.dev.jsonl.gz', rule: 'aepo', n: 8 },
  { file: 'ted_ende_mqm.dev.jsonl.gz', rule: 'aepo', n: 8 },
  { file: 'llmbar.dev.jsonl.gz', rule: 'random', n: 2 },
]

const options = optionsOf({ labels: '50,100,200', splits: '60', first: '1' })
if (options.data === '') throw new RangeError(`--data names a folder with ${CASES[0]?.file}.`)
const numbers = options.text('labels').split(',').map(Number)

const line = (cells: readonly string[]): void => console.log(`| ${cells.join(' | ')} |`)

const engine = newEngine()
try {
  line(HEADER)
  line(HEADER.map((_, column) => (column === 0 ? '---' : '---:')))
  for (const { file, ...settings } of CASES) {
    const judged = await readJudgedPool(path.join(options.data, file))
    const { data } = await simulatedPool(judged, engine, {
      guard: true,
      embedder: EMBEDDED_EMBEDDER,
      cache: CACHE,
      signal: new AbortController().signal,
      onActivity: () => undefined,
    })
    const first = options.number('first')
    const replays = Array.from({ length: options.number('splits') }, (_, split) =>
      replay(data, settings, numbers, first + split),
    ).flat()
    for (const labels of numbers) {
      const own = replays.filter((one) => one.labels === labels)
      if (own.length > 0) line(row(`${file.split('.')[0] ?? file}, ${settings.rule}`, own))
    }
  }
} finally {
  await engine.dispose()
}
