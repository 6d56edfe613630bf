// Throughput for N responses to one prompt: the engine beside transformers.js, node-llama-cpp, and
// the arithmetic limit of the machine.
import { print, type Row, rowOf } from './report'
import { operationsPerToken, PeakMeter } from './support/arithmeticLimit'
import { optionsOf } from './support/options'
import { rate, type SampledRun, sampleInTurns } from './support/sampling'

const options = optionsOf({
  n: '128',
  'max-new-tokens': '128',
  /**
   * A JSONL file with a field `prompt`; default: MT-Bench in the folder --data, else the sample.
   */
  prompts: '',
  /** For all three; with another one than `cpu`, node-llama-cpp uses the GPU that it finds. */
  device: 'cpu',
})
const n = options.number('n')
const meter = await PeakMeter.create()
const { runs, megabytes } = await sampleInTurns(options, () => meter.operationsPerSecond())

/** The maximum of all runs, because other programs reduce the peak that a run measures. */
const peak = Math.max(...runs.map(({ extra }) => extra))
/**
 * Tokens per second at the arithmetic limit. On average, half of a row's new tokens precede a
 * token. The prompt is not counted; counting it would lower the limit in our favour.
 */
const limit = ({ ours }: SampledRun): number => peak / operationsPerToken(ours.tokens / n / 2)

function rowsBeside(key: 'transformersJs' | 'llama', peerName: string, goal: number): Row[] {
  const about = { peerName, oursMegabytes: megabytes.ours, peerMegabytes: megabytes[key] }
  return [
    rowOf(
      { ...about, name: `useful tokens per second, N=${n}`, unit: 'tokens/s', goal },
      runs.map((run) => ({ ours: rate(run.ours), peer: rate(run[key]) })),
      'more',
    ),
    rowOf(
      { ...about, name: `time to the last candidate, N=${n}`, unit: 's' },
      runs.map((run) => ({ ours: run.ours.seconds, peer: run[key].seconds })),
      'less',
    ),
  ]
}

/** For the CPU. */
function shareOfLimit(): Row {
  return rowOf(
    {
      name: `share of the arithmetic limit, N=${n}`,
      unit: 'tokens/s',
      peerName: 'float32 peak / operations per token',
      goal: 0.45,
      oursMegabytes: megabytes.ours,
    },
    runs.map((run) => ({ ours: rate(run.ours), peer: limit(run) })),
    'more',
  )
}

console.log(
  `Float32 peak in the runs: ${runs.map(({ extra }) => (extra / 1e9).toFixed(0)).join(', ')} billion operations per second.`,
)
print(
  'sample',
  [
    ...rowsBeside('transformersJs', 'transformers.js generate', 5),
    ...rowsBeside('llama', 'node-llama-cpp', 3),
    ...(options.text('device') === 'cpu' ? [shareOfLimit()] : []),
  ],
  options.json,
)
process.exit(0)
